"""One server program in one role after the other: the room's primary, or its standby. Imported after the process is patched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from server.composition import composed, room_version
from server.identity import load_identity
from server.live.listening import Listening
from server.live.standby.beside import RoleChange
from server.live.standby.greeting import Here
from server.live.standby.handover import Handover
from server.live.standby.lookout import asked, is_right
from server.logs import RoomLog
from server.role import Role, Standing, read_standing, write_standing
from server.running import Running
from server.settings import Settings
from server.standby_composition import composed_standby

if TYPE_CHECKING:
    from server.runtime import Driver


class Turns:
    """The roles of one run, on the same listeners. `change` wakes whoever waits for the end of a turn."""

    def __init__(
        self, settings: Settings, chosen: Driver, log: RoomLog, change: Callable[[], None], listening: Listening
    ) -> None:
        self._settings = settings
        self._listening = listening
        self._chosen = chosen
        self._log = log
        self._change = change
        self._handover = Handover()

    @contextmanager
    def next(self) -> Iterator[Running]:
        """Serve in the role the folder has now. Raises ExamRoomError when that cannot be."""
        standing = self._settled()
        role, handover = RoleChange(self._change), self._handover
        self._handover = Handover()
        if standing.role is Role.PRIMARY:
            with composed(self._settings, self._chosen, self._log, role, handover, self._listening) as running:
                self._keep_ports(running)
                yield running
            return
        standby = composed_standby(self._settings, self._chosen, self._log, standing, role, self._listening)
        with standby as (running, waiting):
            self._keep_ports(running)
            yield running
            self._handover = waiting.handover()

    def _settled(self) -> Standing:
        """The folder's role, once the other server was asked whether it has become the primary meanwhile."""
        directory = self._settings.directory
        standing = read_standing(directory)
        if standing.role is Role.STANDBY or standing.peer is None:
            return standing
        here = Here(
            load_identity(directory),
            standing.server_id,
            standing.role,
            standing.epoch,
            room_version(),
            self._settings.port,
        )
        found = asked(standing.peer, here)
        if found is None or not is_right(found, here):
            return standing
        self._log("standing_down", epoch=found.epoch)
        down = replace(standing, role=Role.STANDBY, epoch=found.epoch)
        write_standing(directory, down)
        return down

    def _keep_ports(self, running: Running) -> None:
        """Ports that the system chose are told to the other server in the next role too."""
        self._settings = replace(self._settings, port=running.port, local_port=running.local_port)
