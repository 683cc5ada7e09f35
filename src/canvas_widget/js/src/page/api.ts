/** The HTTP API as the page uses it: the browser's cookie says who asks, the XSRF token that it is this page. */
import { isFields } from "../protocol/parse.ts";

export interface Me {
  user_id: string;
  username: string;
  jupyter: boolean;
  /** Seconds that the token is good for; null where Jupyter keeps the user signed in. */
  expires_in: number | null;
}

export type Scope = "own" | "edit" | "read";

export interface SessionInfo {
  session_id: string;
  name: string;
  scope: Scope;
  start_time: string;
  end_time: string | null;
  duration_seconds: number | null;
  active_tabs: number;
}

export interface KernelCanvas {
  kernel_id: string;
  name: string;
  scope: Scope;
  /** The notebook it belongs to, where Jupyter says so. */
  notebook: string | null;
}

export interface Dataset {
  name: string;
  rows: number | null;
  columns: [string, string][];
}

export interface Config {
  /** `…/canvas/` below Jupyter's base URL. */
  root: string;
  base: string;
  /** Where the canvas bundle lies. */
  widget: string;
  me: Me | null;
}

/** What the server refused, in its words. `status` 0: it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const UNREACHABLE = "The server cannot be reached.";

export class Api {
  constructor(readonly config: Config) {}

  /** Called when a request finds that nobody is signed in any more. */
  onSignedOut: () => void = () => undefined;

  ask = async (method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> => {
    const headers: Record<string, string> = { "X-XSRFToken": xsrfToken() };
    const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
    if (body instanceof FormData || body instanceof URLSearchParams) init.body = body;
    else if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    if (signal) init.signal = signal;
    return fetch(`${this.config.root}api/${path}`, init);
  };

  /** The answer's JSON. Rejects with `ApiError`. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let answer: Response;
    try {
      answer = await this.ask(method, path, body);
    } catch {
      throw new ApiError(0, UNREACHABLE);
    }
    const data: unknown = await answer.json().catch(() => null);
    if (answer.ok) return data as T;
    if (answer.status === 401 && path !== "login") this.onSignedOut();
    const error = isFields(data) && isFields(data.error) ? data.error.message : null;
    throw new ApiError(
      answer.status,
      typeof error === "string" ? error : `The server answered ${answer.status}.`,
    );
  }

  me(): Promise<Me> {
    return this.call("GET", "me");
  }

  async signIn(username: string, password: string): Promise<Me> {
    await this.call("POST", "login", new URLSearchParams({ username, password, cookie: "true" }));
    return this.me();
  }

  async sessions(): Promise<SessionInfo[]> {
    return (await this.call<{ sessions: SessionInfo[] }>("GET", "sessions?limit=200")).sessions;
  }

  /** The canvases in running kernels, with their notebooks where Jupyter tells us. */
  async kernelCanvases(jupyter: boolean): Promise<KernelCanvas[]> {
    const { canvases } = await this.call<{
      canvases: (Omit<KernelCanvas, "kernel_id" | "notebook"> & { kernel_id: string | null })[];
    }>("GET", "canvases");
    const found = canvases.flatMap(({ kernel_id, ...rest }) =>
      kernel_id ? [{ ...rest, kernel_id, notebook: null as string | null }] : [],
    );
    if (!jupyter || found.length === 0) return found;
    const named = await this.#notebooks();
    return found.map((canvas) => ({ ...canvas, notebook: named.get(canvas.kernel_id) ?? null }));
  }

  /** Which notebook runs which kernel. */
  async #notebooks(): Promise<Map<string, string>> {
    const named = new Map<string, string>();
    try {
      const answer = await fetch(`${this.config.base}api/sessions`, { credentials: "same-origin" });
      const list: unknown = answer.ok ? await answer.json() : [];
      for (const item of Array.isArray(list) ? list : []) {
        const kernel = isFields(item) && isFields(item.kernel) ? item.kernel.id : null;
        if (typeof kernel === "string" && typeof item.path === "string") named.set(kernel, item.path);
      }
    } catch {
      // A name less: the list is complete without it.
    }
    return named;
  }

  session(id: string): Promise<SessionInfo> {
    return this.call("GET", `sessions/${id}`);
  }

  create(name: string): Promise<SessionInfo> {
    return this.call("POST", "sessions", name ? { name } : {});
  }

  rename(id: string, name: string): Promise<SessionInfo> {
    return this.call("PUT", `sessions/${id}`, { name });
  }

  end(id: string, erase: boolean): Promise<unknown> {
    return this.call("DELETE", `sessions/${id}${erase ? "?erase=true" : ""}`);
  }

  share(id: string, username: string, scope: "read" | "edit" | null): Promise<unknown> {
    return this.call("POST", `sessions/${id}/share`, { username, scope });
  }

  async summary(id: string): Promise<string | null> {
    return (await this.call<{ summary: string | null }>("GET", `sessions/${id}/summary`)).summary;
  }

  async datasets(id: string): Promise<Dataset[]> {
    return (await this.call<{ datasets: Dataset[] }>("GET", `datasets?session_id=${id}`)).datasets;
  }

  upload(id: string, name: string, file: File): Promise<Dataset> {
    const form = new FormData();
    form.set("name", name);
    form.set("session_id", id);
    form.set("file", file);
    return this.call("POST", "datasets", form);
  }
}

/** Jupyter's XSRF token, from the cookie that came with the page. */
function xsrfToken(): string {
  return /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}
