import type { OpenLine } from "./line.ts";

const PROTOCOL = "canvas.v1";

/** A line by WebSocket. The browser's cookie says who connects: no token stands in the address or in a script. */
export function socketLine(url: string): OpenLine {
  return (events) => {
    let over = false;
    const socket = new WebSocket(url, [PROTOCOL]);
    const end = (code: number, reason: string) => {
      if (over) return;
      over = true;
      events.closed({ code, reason });
    };
    socket.onopen = () => !over && events.opened();
    socket.onclose = ({ code, reason }) => end(code, reason);
    socket.onmessage = ({ data }) => {
      if (over || typeof data !== "string") return;
      try {
        events.frame(JSON.parse(data));
      } catch {
        end(1006, "The server sent no JSON.");
        socket.close();
      }
    };
    return {
      send: (frame) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
      },
      close: () => {
        over = true;
        socket.close();
      },
    };
  };
}
