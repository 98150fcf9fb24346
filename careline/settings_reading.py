"""The one place that reads `settings.toml` and the environment, and refuses what does not fit together."""

import tomllib
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError as EnvironmentUnreadable

from careline.settings import DEFAULT_FILE, Settings, settings_file
from careline.settings_errors import SettingsError, from_validation
from desk.sources import known


def load() -> Settings:
    """Read and check everything once. Raises SettingsError, whose message names file, key, what was expected and an example."""
    file = settings_file()
    if file is not None:
        _check_readable(file)
    try:
        settings = Settings()
    except ValidationError as error:
        raise from_validation(error, file) from None
    except EnvironmentUnreadable as error:
        raise SettingsError(f"environment: {error}. Write one key of a section:  CARELINE_BOARD__PORT=8600") from None
    _check_references(settings, file)
    return settings


def _check_readable(file: Path) -> None:
    try:
        tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{file}: no such file. CARELINE_SETTINGS names it; unset it to use ./{DEFAULT_FILE}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read ({error}). Expected a text file in TOML, readable by this user") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'{file}: not valid TOML: {error}. Example of a line: name = "Acme"') from None


def _check_references(settings: Settings, file: Path | None) -> None:
    brands = {brand.name for brand in settings.brands}
    _check_unique("event_streams", [stream.name for stream in settings.event_streams], file)
    for stream in settings.event_streams:
        if stream.credential not in settings.credentials:
            what = f"event_streams {stream.name!r}"
            raise SettingsError.for_reference(file, what, "credential", stream.credential, set(settings.credentials))
    for name in settings.budgets:
        if name not in settings.credentials:
            raise SettingsError.for_reference(file, f"budgets {name!r}", "credential", name, set(settings.credentials))
        _check_quota(settings, name, file)
    _check_prices(settings, file)
    for kind, rows in (("feeds", settings.feeds), ("accounts", settings.accounts)):
        _check_unique(kind, [row.name for row in rows], file)
        for row in rows:
            if row.brand not in brands:
                raise SettingsError.for_reference(file, f"{kind} {row.name!r}", "brand", row.brand, brands)
            if row.credential is not None and row.credential not in settings.credentials:
                raise SettingsError.for_reference(file, f"{kind} {row.name!r}", "credential", row.credential, set(settings.credentials))


def _check_quota(settings: Settings, name: str, file: Path | None) -> None:
    source = settings.credentials[name].source
    if settings.budgets[name].quota is not None and not known.of(source).quota_zone:
        counted = ", ".join(sorted(known.those(lambda declared: declared.quota_zone)))
        raise SettingsError(f"{file}: budgets {name!r}: {source} counts no quota in units, only {counted} do. Expected month, in dollars")


def _check_prices(settings: Settings, file: Path | None) -> None:
    for source, prices in settings.prices.items():
        charged = known.of(source).prices
        if not charged:
            expected = ", ".join(sorted(known.those(lambda declared: declared.prices)))
            raise SettingsError(f"{file}: [prices.{source}]: {source} charges for no call. Expected one of {expected}")
        unknown = sorted(prices.keys() - charged.keys())
        if unknown:
            raise SettingsError(
                f"{file}: [prices.{source}]: {source} has no call named {unknown[0]!r}. Expected some of {', '.join(charged)}"
            )


def _check_unique(kind: str, names: list[str], file: Path | None) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{file}: [[{kind}]] has two entries named {name!r}. Expected each name once")
