"""`careline approve-training`: an admin says that what was read on a platform may train the classifier."""

from typing import Annotated

import typer

from careline.start import opened, start, stop
from desk.errors import DeskError
from desk.labels import training
from desk.people import people


def approve_training(
    source: Annotated[str, typer.Argument(help="The source; x is the only one that leaves it to you.")],
    *,
    by: Annotated[str, typer.Option("--by", help="The initials of the admin who has read the platform's terms.")],
    withdraw: Annotated[bool, typer.Option("--withdraw", help="It holds no longer.")] = False,
) -> None:
    """Record that posts of a source may train the classifier. Without it `careline export --corrections` leaves them out.

    Example:  careline approve-training x --by MK
    """
    with opened(start()) as database:
        try:
            with database.write() as session:
                person = people.with_initials(session, by)
                if person is None:
                    stop(f"nobody who works here has the initials {by}. Look:  careline people list")
                (training.withdraw if withdraw else training.approve)(session, source, by=person, now=database.now())
        except DeskError as error:
            stop(str(error))
    typer.echo(f"Posts of {source} {'train no classifier from now on' if withdraw else 'may train the classifier'}: it is on record")
