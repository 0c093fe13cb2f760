"""The layers of functions: which ones a function may be given, how they are shown, and that they stay."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.layers.conftest import Layers

IMPORTS = "import shared\ndef handler(event, context):\n    return shared.word\n"


def shown(layers: Layers, *versions: tuple[str, int]) -> list[Answer]:
    """How an answer shows layers that were published without saying what is in them."""
    size = len(layers.archive())
    return [{"Arn": layers.arn(name, number), "CodeSize": size} for name, number in versions]


def sized(size: int) -> bytes:
    """A package whose file has that many bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("python/filling.txt"), bytes(size))
    return content.getvalue()


# How they are shown ----------------------------------------------------------------------------------------------


def test_a_function_shows_its_layers_in_the_order_given(aws: Account, layers: Layers) -> None:
    for name in ("a", "b"):
        layers.publish(name)
    given = [layers.arn("b", 1), layers.arn("a", 1)]
    expected = aws.configuration(Layers=shown(layers, ("b", 1), ("a", 1)), **aws.PENDING)
    assert aws.create(Layers=given) == aws.answer(201, expected)


def test_an_update_replaces_all_layers(aws: Account, layers: Layers) -> None:
    for name in ("a", "b"):
        layers.publish(name)
    aws.create(Layers=[layers.arn("a", 1)])
    expected = aws.configuration(Layers=shown(layers, ("b", 1)), **aws.UPDATING)
    assert aws.configure(Layers=[layers.arn("b", 1)]) == aws.answer(200, expected)
    assert aws.shown()["Layers"] == shown(layers, ("b", 1))
    assert aws.call("list_functions")["Functions"][0]["Layers"] == shown(layers, ("b", 1))


def test_an_update_without_layers_leaves_them(aws: Account, layers: Layers) -> None:
    layers.publish()
    aws.create(Layers=[layers.arn(number=1)])
    assert aws.configure(Description="changed")["Layers"] == shown(layers, ("libraries", 1))
    assert aws.update_code("def handler(event, context): pass\n")["Layers"] == shown(layers, ("libraries", 1))


def test_an_empty_list_takes_the_layers_away(aws: Account, layers: Layers) -> None:
    layers.publish()
    aws.create(Layers=[layers.arn(number=1)])
    assert aws.configure(Layers=[]) == aws.answer(200, aws.configuration(**aws.UPDATING))


def test_no_layers_are_not_shown(aws: Account) -> None:
    assert aws.create(Layers=[]) == aws.answer(201, aws.configuration(**aws.PENDING))
    assert aws.configure(Layers=[]) == aws.answer(200, aws.configuration(**aws.UPDATING))


def test_the_life_of_a_layer_that_a_function_uses(aws: Account, layers: Layers) -> None:
    said: Answer = {
        "CompatibleRuntimes": ["python3.12"],
        "CompatibleArchitectures": ["x86_64"],
        "Description": "libraries",
        "LicenseInfo": "MIT",
    }
    aws.create()
    assert layers.publish(**said) == aws.answer(201, layers.version(**said))
    assert layers.publish(**said) == aws.answer(201, layers.version(number=2, **said))
    aws.configure(Layers=[layers.arn(number=1)])
    with_layer = aws.answer(200, aws.configuration(Layers=shown(layers, ("libraries", 1)), **aws.ACTIVE))
    assert aws.shown() == with_layer
    assert layers.get() == aws.answer(200, layers.version(**said))
    listed = [layers.list_item(number=number, **said) for number in (2, 1)]
    assert aws.call("list_layer_versions", LayerName="libraries") == aws.answer(200, {"LayerVersions": listed})
    revision = aws.shown()["RevisionId"]
    assert layers.delete(number=1) == aws.answer(204, {})
    assert aws.shown() == with_layer
    assert aws.shown()["RevisionId"] == revision, "deleting a layer is no change of the function"
    assert layers.delete(number=2) == aws.answer(204, {})
    assert aws.call("list_layer_versions", LayerName="libraries") == aws.answer(200, {"LayerVersions": []})
    assert layers.publish(**said) == aws.answer(201, layers.version(number=3, **said))


# That they stay --------------------------------------------------------------------------------------------------


def test_a_function_keeps_using_a_layer_version_that_was_deleted(aws: Account, layers: Layers) -> None:
    layers.publish()
    aws.create(code=IMPORTS, Layers=[layers.arn(number=1)])
    layers.delete()
    assert aws.result() == ('"shared"', "$LATEST")


def test_a_deleted_layer_version_can_not_be_given_anew(aws: Account, layers: Layers) -> None:
    layers.publish()
    aws.create(Layers=[layers.arn(number=1)])
    layers.delete()
    gone = aws.invalid(f"Layer version {layers.arn(number=1)} does not exist.")
    assert aws.refusal("update_function_configuration", FunctionName="orders", Layers=[layers.arn(number=1)]) == gone
    assert aws.shown()["Layers"] == shown(layers, ("libraries", 1))


def test_a_version_keeps_the_layers_it_was_published_with(aws: Account, layers: Layers) -> None:
    layers.publish()
    layers.publish(content=layers.archive(shared="word = 'newer'\n"))
    aws.create(code=IMPORTS, Layers=[layers.arn(number=1)], Publish=True)
    aws.configure(Layers=[layers.arn(number=2)])
    assert [aws.result("1"), aws.result()] == [('"shared"', "1"), ('"newer"', "$LATEST")]
    assert aws.shown("1")["Layers"] == shown(layers, ("libraries", 1))


def test_new_layers_make_the_next_publish_a_new_version(aws: Account, layers: Layers) -> None:
    layers.publish()
    aws.create(Publish=True)
    aws.configure(Layers=[layers.arn(number=1)])
    assert aws.publish()["Version"] == "2"


def test_layers_are_no_code_of_the_function(aws: Account, layers: Layers) -> None:
    layers.publish()
    before = layers.used()
    size = aws.create(Layers=[layers.arn(number=1)])["CodeSize"]
    assert layers.used() == before + size


# What is refused -------------------------------------------------------------------------------------------------


def refusals(aws: Account, *arns: str) -> list[Answer]:
    """How CreateFunction and UpdateFunctionConfiguration refuse layers, having changed nothing."""
    aws.create("existing")
    before = aws.call("list_functions")
    refused: list[Answer] = [
        aws.refused_creation(Layers=list(arns)),
        aws.refusal("update_function_configuration", FunctionName="existing", Layers=list(arns)),
    ]
    assert aws.call("list_functions") == before
    return refused


def test_a_function_has_five_layers_at_most(aws: Account, layers: Layers) -> None:
    for name in "abcdef":
        layers.publish(name)
    arns = [layers.arn(name, 1) for name in "abcdef"]
    assert refusals(aws, *arns) == [aws.invalid("Cannot reference more than 5 layers.")] * 2
    aws.create(Layers=arns[:5])


@pytest.mark.lambda_mock(limits={"layers": 1})
def test_the_limit_of_layers_is_that_of_the_account(aws: Account, layers: Layers) -> None:
    for name in "ab":
        layers.publish(name)
    arns = [layers.arn(name, 1) for name in "ab"]
    assert aws.refused_creation(Layers=arns) == aws.invalid("Cannot reference more than 1 layers.")


@pytest.mark.parametrize(("name", "number"), [("doesnotexist", 1), ("libraries", 9), ("libraries", 0)])
def test_a_layer_version_that_is_not_there_is_refused(aws: Account, layers: Layers, name: str, number: int) -> None:
    layers.publish()
    arn = layers.arn(name, number)
    assert refusals(aws, arn) == [aws.invalid(f"Layer version {arn} does not exist.")] * 2


def test_a_layer_of_aws_itself_is_not_there(aws: Account) -> None:
    arn = "arn:aws:lambda:::awslayer:AmazonLinux1803"
    assert aws.refused_creation(Layers=[arn]) == aws.invalid(f"Layer version {arn} does not exist.")


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 3), (1, 1)])
def test_two_versions_of_one_layer_are_refused(aws: Account, layers: Layers, numbers: tuple[int, ...]) -> None:
    for _ in range(3):
        layers.publish()
    first, second, *_ = arns = [layers.arn(number=number) for number in numbers]
    assert (
        refusals(aws, *arns)
        == [
            aws.invalid(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                f"{first} and {second} are versions of the same layer."
            )
        ]
        * 2
    )


def test_the_arn_of_a_layer_without_a_version_is_refused(aws: Account, layers: Layers) -> None:
    told = aws.refused_creation(Layers=[layers.arn()])["Error"]
    assert told["Code"] == "ValidationException"
    assert told["Message"].startswith(
        f"1 validation error detected: Value '[{layers.arn()}]' at 'layers' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must have length less than or equal to 2048, "
    )


def test_a_layer_of_another_region_is_refused(aws: Account, layers: Layers) -> None:
    elsewhere = boto3.client("lambda", region_name="eu-west-1")
    arn = elsewhere.publish_layer_version(LayerName="l", Content={"ZipFile": layers.archive()})["LayerVersionArn"]
    message = "Layers are not in the same region as the function. Layers are expected to be in region us-east-1."
    assert refusals(aws, arn) == [aws.invalid(message)] * 2


def test_a_function_made_of_an_image_has_no_layers(aws: Account, layers: Layers) -> None:
    layers.publish()
    message = "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
    arn = layers.arn(number=1)
    assert aws.refused_creation(PackageType="Image", Layers=[arn]) == aws.invalid(message)
    aws.create(PackageType="Image")
    refusal = aws.refusal("update_function_configuration", FunctionName="orders", Layers=[arn])
    assert refusal == aws.invalid(message)
    aws.configure(Layers=[])


def test_layers_are_judged_before_tags_and_code(aws: Account, layers: Layers) -> None:
    missing = aws.invalid(f"Layer version {layers.arn(number=1)} does not exist.")
    tags = {str(number): "" for number in range(51)}
    assert aws.refused_creation(Layers=[layers.arn(number=1)], Tags=tags, Code={"ZipFile": b""}) == missing


# How large they may be -------------------------------------------------------------------------------------------


def too_large(aws: Account, size: int) -> Answer:
    return aws.invalid(
        "Function code combined with layers exceeds the maximum allowed size of 1000 bytes. "
        f"The actual size is {size} bytes."
    )


@pytest.mark.lambda_mock(limits={"code_size_unzipped": 1000})
def test_a_function_and_its_layers_have_a_limit_together(aws: Account, layers: Layers) -> None:
    layers.publish("a", sized(450))
    layers.publish("b", sized(450))
    arns = [layers.arn(name, 1) for name in "ab"]
    fits: Any = {"ZipFile": sized(100)}
    exceeds: Any = {"ZipFile": sized(101)}
    assert aws.refused_creation(Layers=arns, Code=exceeds) == too_large(aws, 1001)
    aws.create(Layers=arns, Code=fits)
    refusal = aws.refusal("update_function_code", FunctionName="orders", **exceeds)
    assert refusal == too_large(aws, 1001)
    aws.create("other", Code=exceeds)
    refusal = aws.refusal("update_function_configuration", FunctionName="other", Layers=arns)
    assert refusal == too_large(aws, 1001)
    assert "Layers" not in aws.shown(name="other")


@pytest.mark.lambda_mock(limits={"code_size_unzipped": 1000})
def test_layers_that_are_too_large_by_themselves_are_refused_in_other_words(aws: Account, layers: Layers) -> None:
    layers.publish("a", sized(500))
    layers.publish("b", sized(501))
    message = "Layers consume more than the available size of 1000 bytes"
    assert aws.refused_creation(Layers=[layers.arn("a", 1), layers.arn("b", 1)]) == aws.invalid(message)


# From the first version to the next -----------------------------------------------------------------------------------


def test_a_layer_that_is_used_deleted_and_published_again(aws: Account, layers: Layers) -> None:
    given: Answer = {
        "CompatibleArchitectures": ["x86_64"],
        "CompatibleRuntimes": ["python3.12"],
        "Description": "what all use",
        "LicenseInfo": "MIT",
    }
    aws.create()
    for number in (1, 2):
        assert layers.publish(**given) == aws.answer(201, layers.version(number=number, **given))

    used = aws.configuration(Layers=shown(layers, ("libraries", 1)))
    assert aws.configure(Layers=[layers.arn(number=1)]) == aws.answer(200, used | aws.UPDATING)
    config = aws.shown()
    assert config == aws.answer(200, used | aws.ACTIVE)
    version = aws.answer(200, layers.version(**given))
    assert layers.get() == version
    assert layers.without_link(aws.call("get_layer_version_by_arn", Arn=layers.arn(number=1))) == version
    assert aws.call("list_layer_versions", LayerName="libraries") == aws.answer(
        200, {"LayerVersions": [layers.list_item(number=number, **given) for number in (2, 1)]}
    )

    assert layers.delete() == layers.delete(number=2) == aws.answer(204, {})
    assert aws.shown() == config
    assert aws.call("list_layer_versions", LayerName="libraries") == aws.answer(200, {"LayerVersions": []})
    assert layers.publish(**given) == aws.answer(201, layers.version(number=3, **given))


def test_an_empty_list_of_runtimes_is_shown_as_given(aws: Account, layers: Layers) -> None:
    given: Answer = {"CompatibleArchitectures": ["x86_64"], "CompatibleRuntimes": []}
    assert layers.publish(**given) == aws.answer(201, layers.version(**given))
