import { describe, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { pair } from "../testing/canvas.ts";
import { FakeServer } from "../testing/server.ts";
import { callTool, endTool, endTurn, SQL, say, startTurn } from "../testing/turns.ts";
import { show } from "../testing/view.ts";

async function opened(width = 1100) {
  const shown = show(new FakeServer(pair()), width);
  const box = await vi.waitFor(() => {
    const found = shown.element.querySelector<HTMLTextAreaElement>("textarea[data-ask]");
    if (!found || found.disabled) throw new Error("no question box");
    return found;
  });
  const log = shown.element.querySelector(".log") as HTMLElement;
  return { ...shown, box, log };
}

const turnsIn = (log: HTMLElement) => [...log.querySelectorAll<HTMLElement>(".turn")];

describe("asking", () => {
  test("[C8] Enter sends, Shift+Enter breaks the line, and the prompt shows at once", async () => {
    const { server, box, log } = await opened();
    await userEvent.click(box);
    await userEvent.keyboard("Count{Shift>}{Enter}{/Shift}the cars{Enter}");
    expect(server.of("user_prompt").map(({ data }) => data?.prompt)).toEqual(["Count\nthe cars"]);
    await vi.waitFor(() => expect(log.querySelector(".me")?.textContent).toBe("Count\nthe cars"));
    expect(box.value).toBe("");
    await userEvent.keyboard("{ArrowUp}");
    await vi.waitFor(() => expect(box.value).toBe("Count\nthe cars"));
  });

  test("[C8] what is asked before the session's first answer waits for it, and nobody calls the kernel gone", async () => {
    const server = new FakeServer(pair());
    server.alive = false;
    const { element, session } = show(server);
    const box = await vi.waitFor(() => {
      const found = element.querySelector<HTMLTextAreaElement>("textarea[data-ask]");
      if (!found) throw new Error("no question box");
      return found;
    });
    expect(box.placeholder).toBe("Ask about your data, or describe a chart");
    await userEvent.click(box);
    await userEvent.keyboard("Count the cars{Enter}");
    expect(server.of("user_prompt")).toEqual([]);
    expect(box.value).toBe("Count the cars");
    server.alive = true;
    server.answer();
    await vi.waitFor(() => expect(server.of("user_prompt")).toHaveLength(1));
    expect(server.of("user_prompt")[0]?.data).toMatchObject({ prompt: "Count the cars" });
    await vi.waitFor(() => expect(box.value).toBe(""));
    expect(session.store.value("connection")).toBe("live");
  });

  test("[D1] an answer streams as markdown, with its steps, confidence, cost and tokens", async () => {
    const { server, box, log } = await opened();
    await userEvent.click(box);
    await userEvent.keyboard("Mean mpg{Enter}");
    const [prompt] = server.of("user_prompt");
    server.send("accepted", { turn_id: "t1", queued: false }, { reply_to: prompt?.id });
    startTurn(server, "t1", "Mean mpg");
    server.broadcast("reasoning", {
      turn_id: "t1",
      steps: ["Strategy ANALYTICAL: compares groups"],
      strategy: "ANALYTICAL",
    });
    callTool(server, "c1");
    await vi.waitFor(() => expect(log.querySelector(".tl")?.textContent).toContain("running"));
    endTool(server, "c1");
    say(server, "**Japan** leads");
    await vi.waitFor(() => expect(log.querySelector(".an strong")?.textContent).toBe("Japan"));
    say(server, " with 30.5.");
    say(server, "**Japan** leads with 30.5.", {
      chunk: false,
      confidence: "High",
      confidence_reason: "398 of 398 rows",
    });
    endTurn(server);
    await vi.waitFor(() =>
      expect(log.querySelector(".conf")?.textContent).toBe("High confidence398 of 398 rows"),
    );
    expect(turnsIn(log)).toHaveLength(1);
    expect(log.querySelector(".an")?.textContent?.trim()).toBe("Japan leads with 30.5.");
    expect(log.querySelector(".meta")?.textContent).toBe("openrouter · qwen3-32b1,842 tokens · $0.004");
    expect(log.querySelector(".tag")?.textContent).toBe("Analysis");
    expect(log.querySelector(".tl")?.textContent).toBe("create_chartMpg by origin38 ms");
  });

  test("[C8] a step opens to its SQL, arguments, result and time; a failed one opens by itself", async () => {
    const { server, log } = await opened();
    startTurn(server);
    callTool(server, "c1");
    endTool(server, "c1");
    const chip = await vi.waitFor(() => {
      const found = log.querySelector<HTMLElement>(".tl");
      if (!found?.textContent?.includes("38 ms")) throw new Error("no step");
      return found;
    });
    expect(log.querySelector(".opened")).toBeNull();
    chip.focus();
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() =>
      expect(log.querySelector(".opened .code")?.textContent?.replaceAll("\n", " ")).toBe(SQL),
    );
    expect(log.querySelector(".opened")?.textContent).toContain('"mark": "bar"');
    expect(log.querySelector(".opened")?.textContent).toContain('"row_count": 3');
    callTool(server, "c2");
    endTool(server, "c2", {
      ok: false,
      result: null,
      error: 'No column "mpgs" in cars. Closest match: mpg.',
    });
    await vi.waitFor(() => expect(log.querySelector("li.bad .err")?.textContent).toContain("Closest match"));
  });

  test("[D1] an attempt that is taken back leaves no word behind", async () => {
    const { server, log } = await opened();
    startTurn(server);
    say(server, "Wrong words");
    await vi.waitFor(() => expect(log.textContent).toContain("Wrong words"));
    server.broadcast("retract", { turn_id: "t1", attempt: 1, reason: "OpenRouter did not answer in 20 s." });
    await vi.waitFor(() => expect(log.textContent).not.toContain("Wrong words"));
    expect(log.querySelector(".notice")?.textContent).toContain("did not answer in 20 s");
    say(server, "Right", { attempt: 2 });
    await vi.waitFor(() => expect(log.querySelector(".an")?.textContent?.trim()).toBe("Right"));
  });

  test("[C11] prompts that wait are shown as waiting and can be cancelled", async () => {
    const { server, log } = await opened();
    startTurn(server);
    server.broadcast("queue", {
      turns: [{ turn_id: "t2", prompt: "And by year?", conversation_id: "default" }],
    });
    const cancel = await vi.waitFor(() => {
      const found = log.querySelector<HTMLElement>("[data-turn=waiting] .lk");
      if (!found) throw new Error("nothing waits");
      return found;
    });
    await userEvent.click(cancel);
    expect(server.of("cancel").map(({ data }) => data)).toEqual([{ turn_id: "t2" }]);
    endTurn(server, { reason: "cancelled", provider: "", model: "" }, "t2");
    server.broadcast("queue", { turns: [] });
    await vi.waitFor(() => expect(log.querySelector("[data-turn=waiting]")).toBeNull());
    expect(log.querySelector("[data-turn=running]")).not.toBeNull();
  });

  test("[A10] Escape stops the running turn, then leaves the box", async () => {
    const { server, box, element } = await opened();
    startTurn(server);
    await vi.waitFor(() => expect(element.querySelector(".ft .o")?.textContent).toContain("Stop"));
    await userEvent.click(box);
    await userEvent.keyboard("{Escape}");
    expect(server.of("cancel").map(({ data }) => data)).toEqual([{ turn_id: "t1" }]);
    endTurn(server, { reason: "cancelled" });
    await vi.waitFor(() => expect(element.querySelector(".ft .o")).toBeNull());
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement?.classList.contains("cv")).toBe(true);
  });

  test("[X4] a turn that changed the canvas can be undone as one step", async () => {
    const { server, log } = await opened();
    startTurn(server);
    server.commit([{ action: "update", path: "/containers/a", node: { x: 40 } }], {});
    server.seq += 1;
    server.send(
      "tree_update",
      {
        rev: 9,
        origin: "user",
        source: "agent",
        turn_id: "t1",
        deltas: [{ action: "update", path: "/containers/a", node: { x: 64 } }],
      },
      { seq: server.seq },
    );
    endTurn(server);
    const undo = await vi.waitFor(() => {
      const found = [...log.querySelectorAll<HTMLElement>(".after button")].at(-1);
      if (!found) throw new Error("no undo");
      return found;
    });
    await userEvent.click(undo);
    const [asked] = server.of("undo");
    expect(asked?.data).toEqual({ turn_id: "t1" });
    server.seq += 1;
    server.send("ack", { rev: 10, seq: server.seq, deltas: [] }, { reply_to: asked?.id, seq: server.seq });
    await vi.waitFor(() => expect(undo.textContent).toContain("Undone"));
  });

  test("[C8] a failed turn says why and can be asked again; a stopped one at its limit goes on", async () => {
    const { server, log, element } = await opened();
    startTurn(server);
    const message = "No provider answered. Set CANVAS_WIDGET_BASE_URL, or ask again.";
    server.send("error", { message }, { error: { code: 503, error_code: "NO_PROVIDER", message } });
    endTurn(server, { reason: "error" });
    await vi.waitFor(() => expect(log.querySelector(".notice.bad")?.textContent).toBe(message));
    expect(element.querySelector(".toast")).toBeNull();
    const again = [...log.querySelectorAll<HTMLElement>(".after button")].find(
      (button) => button.textContent === "Ask again",
    );
    await userEvent.click(again as HTMLElement);
    expect(server.of("user_prompt").at(-1)?.data?.prompt).toBe("Mean mpg by origin");
    startTurn(server, "t2", "More");
    endTurn(server, { reason: "limit", can_continue: true }, "t2");
    const on = await vi.waitFor(
      () => page.getByRole("button", { name: "Continue" }).element() as HTMLElement,
    );
    await userEvent.click(on);
    expect(server.of("user_prompt").at(-1)?.data).toMatchObject({
      prompt: "Continue where you stopped.",
      extended: true,
    });
  });

  test("[C8] the reasoning is folded until Enter opens it", async () => {
    const { server, log } = await opened();
    startTurn(server);
    server.broadcast("reasoning", {
      turn_id: "t1",
      steps: ["Strategy ANALYTICAL: compares groups", "Find the means", "Draw a bar each"],
      strategy: "ANALYTICAL",
    });
    const line = await vi.waitFor(() => {
      const found = log.querySelector<HTMLElement>("summary");
      if (!found) throw new Error("no reasoning");
      return found;
    });
    const steps = log.querySelector<HTMLElement>("[aria-label=Plan]");
    expect(line.textContent).toContain("2 steps");
    expect(steps?.checkVisibility()).toBe(false);
    line.focus();
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(steps?.checkVisibility()).toBe(true));
    expect([...(steps?.children ?? [])].map((step) => step.textContent)).toEqual([
      "Find the means",
      "Draw a bar each",
    ]);
  });

  test("[C8] a model and a strategy are chosen by keys, and the next question takes both along", async () => {
    const { server, element, box } = await opened();
    server.send("server_info", { protocol: 1, version: "0", features: ["get_models"], limits: {} });
    const pick = await vi.waitFor(() => {
      const found = element.querySelector<HTMLElement>(".pick");
      if (!found) throw new Error("there is nothing to choose from");
      return found;
    });
    const chosen = () =>
      [...element.querySelectorAll("[role=menuitemradio][aria-checked=true]")].map(
        (item) => item.querySelector(".el")?.textContent,
      );
    const focused = () => document.activeElement?.querySelector(".el")?.textContent;
    pick.focus();
    await userEvent.keyboard("{Enter}");
    const [asked] = await vi.waitFor(() => {
      const found = server.of("get_models");
      if (found.length === 0) throw new Error("nobody asked which models there are");
      return found;
    });
    const models = [
      { provider: "near", model: "small", default: true, usable: false, why_not: "It does not run." },
      { provider: "openrouter", model: "qwen/qwen3-32b", default: false, usable: true, status: "healthy" },
    ];
    server.send("models", { models, strategies: ["FAST_CONCISE", "ANALYTICAL"] }, { reply_to: asked?.id });
    await vi.waitFor(() => expect(element.querySelectorAll("[role=menuitemradio]")).toHaveLength(6));
    expect(chosen()).toEqual(["Best available", "Chosen per question"]);
    await userEvent.keyboard("{ArrowDown}");
    expect([focused(), document.activeElement?.getAttribute("aria-disabled")]).toEqual(["small", "true"]);
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await vi.waitFor(() => expect(pick.textContent).toBe("qwen3-32b"));
    expect(document.activeElement).toBe(pick);
    await userEvent.keyboard("{Enter}");
    await vi.waitFor(() => expect(focused()).toBe("qwen3-32b"));
    await userEvent.keyboard("an{Enter}");
    await vi.waitFor(() => expect(pick.textContent).toBe("qwen3-32b · Analysis"));
    await userEvent.click(box);
    await userEvent.keyboard("Mean mpg{Enter}");
    expect(server.of("user_prompt").map(({ data }) => data)).toEqual([
      expect.objectContaining({
        prompt: "Mean mpg",
        provider: "openrouter",
        model: "qwen/qwen3-32b",
        strategy: "ANALYTICAL",
      }),
    ]);
  });
});

describe("what was said", () => {
  test("[C8] history fills the panel on joining; turns of cells and other tabs follow", async () => {
    const { server, log } = await opened();
    server.send("chat_history", {
      conversation_id: "default",
      messages: [
        { role: "user", content: "Earlier", turn_id: "t0" },
        { role: "assistant", content: "An **old** answer", turn_id: "t0" },
      ],
    });
    await vi.waitFor(() => expect(log.querySelector(".an strong")?.textContent).toBe("old"));
    startTurn(server, "t5", "From a cell");
    await vi.waitFor(() => expect(turnsIn(log)).toHaveLength(2));
    expect([...log.querySelectorAll(".me")].map((one) => one.textContent)).toEqual([
      "Earlier",
      "From a cell",
    ]);
  });

  test("[X17] hostile markdown loads nothing and runs nothing while it streams", async () => {
    const { server, log } = await opened();
    startTurn(server);
    const evil =
      '![x](https://evil.example/a.png)<img src=x onerror="window.hit=1"><script>window.hit=2</script> [go](javascript:window.hit=3)';
    say(server, evil);
    await vi.waitFor(() => expect(log.querySelector(".an")?.textContent).toContain("go"));
    expect(log.querySelectorAll("img, script, iframe, [onerror]")).toHaveLength(0);
    expect(log.querySelector("a")?.getAttribute("href") ?? null).toBeNull();
    expect("hit" in window).toBe(false);
  });

  test("[D1] an answer of 2 MB is cut and says so, and the page stays quick", async () => {
    const { server, log } = await opened();
    startTurn(server);
    const piece = "Some words in a paragraph.\n\n".repeat(2_000);
    for (let part = 0; part < 36; part++) say(server, piece);
    endTurn(server);
    await vi.waitFor(() => expect(log.textContent).toContain("The text is cut here"), { timeout: 10_000 });
    expect(log.querySelector(".an")?.textContent?.length).toBeLessThan(120_000);
  });
});
