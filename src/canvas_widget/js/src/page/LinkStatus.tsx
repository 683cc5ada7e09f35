import { useEffect, useState } from "react";
import { Icon } from "../components/Icon.tsx";
import type { Link } from "../transport/transport.ts";
import { words } from "./words.ts";

const w = words.link;

/** Whole seconds until a moment, counted down. */
function useSeconds(until: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? 0 : Math.max(1, Math.ceil((until - now) / 1000));
}

/** How the link stands, in two words beside a dot. */
export function LinkPill({ link, ready }: { link: Link; ready: boolean }) {
  const [kind, text] = faceOf(link, ready);
  return (
    <span
      className={`pill ${kind}`}
      role="status"
      data-link={link.state}
      data-carrier={link.carrier}
      title={link.carrier === "http" && kind === "live" ? w.httpNote : undefined}
    >
      <i aria-hidden="true" />
      {text}
    </span>
  );
}

function faceOf(link: Link, ready: boolean): [string, string] {
  if (link.state === "open" && ready) return ["live", link.carrier === "http" ? w.http : w.live];
  if (link.state === "ended") return ["off", w.ended];
  if (link.state === "signed-out") return ["off", w.signedOut];
  return ["busy", link.state === "waiting" ? (navigator.onLine ? w.reconnecting : w.offline) : w.connecting];
}

interface BannerProps {
  link: Link;
  /** Whether the canvas was there already, so that a new try is a return. */
  away: boolean;
  onRetry(): void;
  onHome(): void;
  onSignIn(): void;
}

/** What is the matter, what it means for who works here, and what to do. */
export function LinkBanner({ link, away, onRetry, onHome, onSignIn }: BannerProps) {
  const seconds = useSeconds(link.retryAt);
  if (link.state === "ended")
    return (
      <Band text={link.message || w.ended} note={w.last}>
        <button type="button" className="lk" onClick={onHome}>
          {words.bar.home}
        </button>
      </Band>
    );
  if (link.state === "signed-out")
    return (
      <Band text={`${w.signedOut}.`} note={w.signedOutNote}>
        <button type="button" className="lk" onClick={onSignIn}>
          {words.signIn.go}
        </button>
      </Band>
    );
  // It stays while a try goes on: what comes and goes would move the canvas under the pointer.
  if (link.state !== "waiting" && !away) return null;
  const what = navigator.onLine ? w.lost : `${w.offline}.`;
  const when = link.state !== "waiting" ? w.trying : link.retryAt === null ? w.checking : w.waiting(seconds);
  return (
    <Band text={`${what} ${when}.`} note={w.kept}>
      <button type="button" className="lk" onClick={onRetry}>
        {w.now}
      </button>
    </Band>
  );
}

function Band({ text, note, children }: { text: string; note: string; children: React.ReactNode }) {
  return (
    <div className="band">
      <Icon name="warning" />
      <span>
        <b>{text}</b> {note}
      </span>
      <span className="sp" />
      {children}
    </div>
  );
}
