"""What becomes of a stack when a resource of it fails: it is rolled back, and its events and status say so.

The call that created or updated it answers as ever: on AWS a stack fails later, and who waits for it learns of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lambda_mock.integrations.moto.stacks.engine import delete_all, has_ours
from lambda_mock.integrations.moto.stacks.failures import ResourceError

_here = threading.local()


def create_stack(wrapped: Callable[..., Any], backend: Any, args: Any, kwargs: Any) -> Any:
    """Create a stack; one that fails is rolled back."""
    before = set(backend.stacks)
    with _one_more() as depth:
        try:
            stack = wrapped(*args, **kwargs)
            _check_outputs(stack)
        except ResourceError as error:
            stack = next(stack for stack_id, stack in backend.stacks.items() if stack_id not in before)
            _roll_back_creation(stack, error)
            if depth > 1:
                raise _of_nested(stack, error) from error
    return stack


def update_stack(wrapped: Callable[..., Any], backend: Any, args: Any, kwargs: Any) -> Any:
    """Update a stack; one that fails is as it was before."""
    stack = backend.get_stack(args[0] if args else kwargs["name"])
    template = stack.template
    try:
        return wrapped(*args, **kwargs)
    except ResourceError as error:
        _roll_back_update(stack, template, error)
    return stack


def execute_change_set(wrapped: Callable[..., Any], backend: Any, args: Any, kwargs: Any) -> None:
    """Create or update a stack by a change set."""
    name = args[0] if args else kwargs["change_set_name"]
    change_set = next(
        (found for key, found in backend.change_sets.items() if name in (key, found.change_set_name)), None
    )
    if change_set is None or not has_ours(change_set.template_dict["Resources"]):
        wrapped(*args, **kwargs)
        return
    stack = backend.stacks[change_set.stack_id]
    template = stack.template
    try:
        wrapped(*args, **kwargs)
        # Moto goes on showing the outputs that the stack had before.
        stack._parse_template()  # noqa: SLF001
        stack.output_map = stack._create_output_map()  # noqa: SLF001
        _check_outputs(stack)
    except ResourceError as error:
        change_set.execution_status = "EXECUTE_FAILED"
        if change_set.change_set_type == "CREATE":
            _roll_back_creation(stack, error)
        else:
            _roll_back_update(stack, template, error)


def delete_stack(wrapped: Callable[..., Any], backend: Any, args: Any, kwargs: Any) -> None:
    """Delete a stack. One that fails to be deleted stays, with what couldn't be taken away."""
    name = args[0] if args else kwargs["name_or_stack_id"]
    stack = next((found for key, found in backend.stacks.items() if name in (key, found.name)), None)
    try:
        wrapped(*args, **kwargs)
    except ResourceError as error:
        assert stack is not None  # noqa: S101 - something of it has failed
        backend.stacks[stack.stack_id] = stack
        _tell(stack, error, "DELETE_FAILED")
        reason = f"The following resource(s) failed to delete: [{error.logical_id}]. "
        _end(stack, "DELETE_FAILED", reason)


def _check_outputs(stack: Any) -> None:
    """Have outputs evaluated, which may ask for what a custom resource hasn't answered."""
    if has_ours(stack.resource_map._resource_json_map):  # noqa: SLF001
        list(stack.output_map.values())


def _roll_back_creation(stack: Any, error: ResourceError) -> None:
    resources = stack.resource_map
    if not stack.events:
        stack._add_stack_event("CREATE_IN_PROGRESS", resource_status_reason="User Initiated")  # noqa: SLF001
    _tell(stack, error, "CREATE_FAILED")
    reason = f"The following resource(s) failed to create: [{error.logical_id}]. Rollback requested by user."
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=reason)  # noqa: SLF001
    status = "ROLLBACK_COMPLETE"
    try:
        if error.resource is not None:
            error.resource.logical_resource_id = error.logical_id
            resources._parsed_resources[error.logical_id] = error.resource  # noqa: SLF001
        delete_all(resources)
    except ResourceError as left:
        _tell(stack, left, "DELETE_FAILED")
        status = "ROLLBACK_FAILED"
    # Whoever looks at a resource or an output that is declared makes moto create it.
    made = resources._parsed_resources  # noqa: SLF001
    declared = resources._resource_json_map  # noqa: SLF001
    resources._resource_json_map = {name: declared[name] for name in declared if made.get(name) is not None}  # noqa: SLF001
    stack.output_map._output_json_map = {}  # noqa: SLF001
    _end(stack, status, reason)


def _roll_back_update(stack: Any, template: Any, error: ResourceError) -> None:
    """Tell of an update that the engine has undone already."""
    stack.template = template
    stack._parse_template()  # noqa: SLF001
    stack.output_map = stack._create_output_map()  # noqa: SLF001
    there = error.logical_id in stack.template_dict.get("Resources", {})
    _tell(stack, error, "UPDATE_FAILED" if there else "CREATE_FAILED")
    reason = f"The following resource(s) failed to {'update' if there else 'create'}: [{error.logical_id}]. "
    stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", resource_status_reason=reason)  # noqa: SLF001
    _end(stack, "UPDATE_ROLLBACK_COMPLETE", reason)


def _tell(stack: Any, error: ResourceError, status: str) -> None:
    """An event of the resource that has failed. An output that asks for too much is no resource."""
    if not error.logical_id:
        return
    of_stack = stack.events[-1]
    known_as = None if error.resource is None else error.resource.physical_resource_id
    stack.events.append(
        type(of_stack)(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=error.logical_id,
            physical_resource_id=known_as or "",
            resource_type=error.resource_type,
            resource_status=status,
            resource_status_reason=error.reason,
            resource_properties=None,
        )
    )


def _end(stack: Any, status: str, reason: str) -> None:
    told = reason if status == "DELETE_FAILED" else None
    stack._add_stack_event(status, resource_status_reason=told)  # noqa: SLF001
    stack.status = status
    stack.stack_status_reason = reason


def _of_nested(stack: Any, error: ResourceError) -> ResourceError:
    """The failure of the resource that a nested stack is in the outer one."""
    return ResourceError(
        f"Embedded stack {stack.stack_id} was not successfully created: "
        f"The following resource(s) failed to create: [{error.logical_id}]. "
    )


@contextmanager
def _one_more() -> Iterator[int]:
    """How deep stacks are nested here, from 1."""
    _here.depth = getattr(_here, "depth", 0) + 1
    try:
        yield _here.depth
    finally:
        _here.depth -= 1
