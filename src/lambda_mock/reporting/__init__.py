"""The page that a run of pytest leaves behind: what each test did with its mocks, and how functions changed by it.

Watching happens where tests run, writing where pytest is controlled from; in between everything is plain JSON.
"""
