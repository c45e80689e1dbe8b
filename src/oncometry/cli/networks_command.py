"""`oncometry networks`: what there is, and what may be added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from oncometry.cli import options
from oncometry.cli.networks_output import write_network_text
from oncometry.cli.output import tell, write_json, write_pairs, write_table
from oncometry.cli.whole_group import WholeGroup
from oncometry.core import Code, Contrast, NothingFoundError
from oncometry.segmentation.card import NetworkCard
from oncometry.segmentation.convert import convert
from oncometry.segmentation.install import InstallRequest, install
from oncometry.segmentation.known_networks import KnownNetwork, known_networks
from oncometry.segmentation.registry import FoundNetwork, found_networks, installed_folder

__all__ = ["app", "dice_text"]

HELP = "List networks, install one, or convert one of another make."
COLUMNS = ("name", "where", "task", "inputs", "gives", "license", "dice")

app = typer.Typer(cls=WholeGroup, help=HELP, no_args_is_help=True)


@app.command("list")
def list_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Everything that is known of this one.")
    ] = None,
    json: options.Json = False,
) -> None:
    """List networks: shipped, installed, and those of others that people know, with terms and measured Dice.

    Of a network of others, `networks list NAME` says where it is and what it takes to use it here. Nothing is fetched.

    Example: oncometry networks list
    """
    found, notices = found_networks()
    for notice in notices:
        tell(f"warning: {notice}")
    known = known_networks()
    if name is not None:
        write = write_json if json else write_network_text
        write(_one(name, found, known))
    elif json:
        write_json([*map(_told, found), *map(_told_known, known)])
    else:
        write_table(COLUMNS, [*map(_row, found), *map(_known_row, known)])
        if not found:
            tell(f"none is shipped with this installation, and none is installed in {installed_folder()}.")


@app.command("install")
def install_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="PATH|URL", help="Card, weights or folder of a network; or an https address of a card."
        ),
    ],
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", metavar="HASH", help="Of the file that is named; an address needs it."),
    ] = None,
    card: Annotated[
        Path | None, typer.Option("--card", metavar="FILE", help="The card of weights that have none beside.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite another network of the name.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Install a network, so that --network NAME finds it; weights are checked against their card and never executed.

    Networks lie in the folder ONCOMETRY_NETWORKS names, else in the user's data folder.

    Example: oncometry networks install mine/starter.json
    """
    found = install(InstallRequest(source, sha256, card, replace))
    if json:
        write_json(_told(found))
    else:
        typer.echo(f"{found.card.name} is installed: {found.path}")


@app.command("convert")
def convert_command(
    foreign: Annotated[
        Path, typer.Argument(metavar="FOREIGN", help="Weights: .pt, .pth, .safetensors or .onnx.")
    ],
    name: Annotated[str, typer.Option("--to", metavar="NAME", help="Name of the new network.")],
    card: Annotated[
        Path | None,
        typer.Option(
            "--card",
            metavar="CARD.json",
            help="What the weights do not say: see the docs [SynthStrip's need none].",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder of what is written [where networks are installed]."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Convert weights of another make into a network with a card; a checkpoint is read as data and never run.

    Torch checkpoints and safetensors must fit our architecture, which the card states, or SynthStrip's; others go through ONNX.
    Weights are kept in float16 where that is precise enough, else in float32; the largest difference is told.

    Example: oncometry networks convert checkpoint.pt --to mine --card card.json -o mine
    """
    done = convert(foreign, name, card, output or installed_folder())
    told = {
        "network": done.card.name,
        "card": str(done.path),
        "sha256": done.card.sha256,
        "precision": done.precision,
        "largest_difference": done.difference,
    }
    if json:
        write_json(told)
    else:
        write_pairs(told)


def _one(name: str, found: Iterable[FoundNetwork], known: Iterable[KnownNetwork]) -> Mapping[str, object]:
    for network in found:
        if network.card.name == name:
            return _told(network)
    for other in known:
        if other.name == name:
            return _told_known(other)
    raise NothingFoundError(
        Code.NOTHING_FOUND,
        f"there is no network {name!r}.",
        advice="See `oncometry networks list`.",
    )


def _told(found: FoundNetwork) -> dict[str, object]:
    return {"where": str(found.origin), "path": str(found.path), **found.card.model_dump(mode="json")}


def _told_known(network: KnownNetwork) -> dict[str, object]:
    return {"where": "known", **network.model_dump(mode="json")}


def _row(found: FoundNetwork) -> tuple[str, ...]:
    card = found.card
    inputs = " ".join("any" if contrast is Contrast.UNKNOWN else contrast for contrast in card.inputs)
    gives = " ".join(region.name for region in card.regions)
    return card.name, str(found.origin), card.task, inputs, gives, card.license, dice_text(card)


def dice_text(card: NetworkCard) -> str:
    """Lowest and highest mean of each region over the sets it was judged on; `networks list NAME` tells them apart."""
    found: dict[str, list[float]] = {}
    for one in card.measured:
        found.setdefault(one.region, []).append(one.dice)
    ends = {name: dict.fromkeys(f"{end(values):.2f}" for end in (min, max)) for name, values in found.items()}
    return ", ".join(f"{name} {' to '.join(both)}" for name, both in ends.items()) or "not measured"


def _known_row(network: KnownNetwork) -> tuple[str, ...]:
    return (
        network.name,
        f"known, loads {network.loads}" if network.loads != "no" else "known, cannot be loaded",
        network.task,
        network.inputs.replace(",", ""),
        network.labels,
        network.weights_license.split(";")[0],
        "not measured here",
    )
