"""The resource types of Lambda, one class each: a table from a template's properties to operations of the API.

Properties, which of them need a new resource, and attributes are those of CloudFormation's resource schemas.
"""
