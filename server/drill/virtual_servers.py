"""A virtual kiosk that knows the room's two servers and goes over from one to the other as a real one does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from server.drill.virtual_kiosk import VirtualKiosk
from server.drill.virtual_parts import Papers, RoomAddress, Sheet
from server.drill.virtual_socket import SocketGoneError, VirtualSocket, connect
from server.protocol import pairing, trust
from server.protocol.epoch import term_of
from server.protocol.standby_messages import SILENT_MS

WATCH_S = 0.25
AGAIN_S = 0.5
DIAL_S = 5.0  # with a server that does not answer at all


class TwoServersKiosk(VirtualKiosk):
    """`rooms`: where the two servers are, the primary of the beginning first. `promised`: the lowest epoch it talks to."""

    def __init__(
        self,
        rooms: tuple[RoomAddress, RoomAddress],
        sheet: Sheet,
        folder: Path,
        seed: int,
        papers: Papers | None = None,
    ) -> None:
        super().__init__(rooms[0], sheet, folder, seed, papers)
        self.promised = 0
        self._rooms = rooms
        self._place = 0
        self._proof: dict[str, Any] | None = None

    def also_at(self, room: RoomAddress) -> None:
        """The second server is there."""
        self._rooms = (self._rooms[0], room)

    def _live(self) -> list[asyncio.Task[None]]:
        return [*super()._live(), asyncio.create_task(self._watch())]

    async def _watch(self) -> None:
        """Give up a line on which nothing comes any more."""
        while True:
            await asyncio.sleep(WATCH_S)
            socket = self._socket
            if socket is not None and asyncio.get_running_loop().time() - socket.heard_at > SILENT_MS / 1000:
                self._place = 1 - self._place
                socket.cut()

    async def _come_in(self, gone: asyncio.Event) -> None:
        self.room = room = self._rooms[self._place]
        name = trust.host_name(room.room_id)
        try:
            socket = await connect(
                "/kiosk", room.host, room.port, room.tls, name, self._pushed, gone.set, within_s=DIAL_S, plug=room.plug
            )
            try:
                await self._prove(socket)
            except asyncio.CancelledError:
                socket.cut()
                raise
        except (OSError, TimeoutError, SocketGoneError):
            if not self.promised:
                self._place = 1 - self._place
            raise

    async def _asked(self, socket: VirtualSocket, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        if event == "hello":
            payload = {**payload, "seen": self._proof, "promised": self.promised}
        answer = await super()._asked(socket, event, payload)
        if event == "hello":
            if answer["role"] == "standby":
                await self._stand_by(socket, answer)
            elif term_of(answer["serving"]["epoch"]) < term_of(self.promised):
                await super()._asked(socket, "vouch", self._vouch(socket, answer))
                socket.cut()
                raise SocketGoneError("an older server")
            else:
                self._proof, self.promised = answer["serving"], 0
        return answer

    async def _stand_by(self, socket: VirtualSocket, greeted: dict[str, Any]) -> None:
        """Promise when asked, and wait until the standby takes over or hears the primary. Raises SocketGoneError."""
        vouch = self._vouch(socket, greeted)
        while True:
            said = await super()._asked(socket, "vouch", vouch)
            if self.promised < said["next_epoch"]:
                self.promised = 0
            if said["hears"]:
                socket.cut()
                raise SocketGoneError("the standby hears the primary")
            if said["asks"]:
                self.promised = said["next_epoch"]
                await super()._asked(socket, "promise", {"epoch": self.promised})
            await asyncio.sleep(AGAIN_S)

    def _vouch(self, socket: VirtualSocket, greeted: dict[str, Any]) -> dict[str, Any]:
        return {"kiosk_id": self.sheet.kiosk_id, "signature": self._signature(socket, greeted), "silent_ms": 0}

    def _signature(self, socket: VirtualSocket, greeted: dict[str, Any]) -> str:
        text = pairing.prove_text(
            bytes.fromhex(greeted["nonce"]), self.room.room_id, self.sheet.kiosk_id, socket.leaf_der
        )
        return self.sheet.key.sign(text).hex()
