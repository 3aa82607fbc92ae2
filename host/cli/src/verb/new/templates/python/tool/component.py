"""Meets the host: the component's export, and the only place that calls an import."""

import traceback

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.calls import Definition
from wit_world.imports import log
from wit_world.imports.types import Error_InvalidArgument, Error_NotFound, Error_Other

import calls


class Calls(exports.Calls):
    """The functions, as the host sees them."""

    def definitions(self) -> list[Definition]:
        return [Definition(**definition) for definition in calls.definitions()]

    def call(self, name: str, arguments: str) -> str:
        log.write(log.Level.DEBUG, f"{name}: {len(arguments)} characters of arguments")
        try:
            return calls.call(name, arguments)
        except calls.UnknownFunction as error:
            raise Err(Error_NotFound(str(error))) from None
        except calls.InvalidArguments as error:
            raise Err(Error_InvalidArgument(str(error))) from None
        except Exception:
            raise Err(Error_Other(traceback.format_exc())) from None
