import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { pair } from "../testing/canvas.ts";
import { carsDocument, carsResults, container, documentOf } from "../testing/fixtures.ts";
import { FakeServer } from "../testing/server.ts";
import { containerIn, later, show } from "../testing/view.ts";

describe("the state of a canvas and of its containers", () => {
  test("[N1] an empty canvas asks what the user wants to know, and the turn's progress is told", async () => {
    const { element, server } = show(new FakeServer(documentOf([])));
    await vi.waitFor(() =>
      expect(element.textContent).toContain("What do you want to know about your data?"),
    );
    expect(element.textContent).toContain("%%canvas");
    server.broadcast("tool_call", { turn_id: "t", tool: "create_table", arguments: {} });
    const status = element.querySelector("[role=status]");
    await vi.waitFor(() => expect(status?.textContent).toBe("Making a table…"));
    server.commit([{ action: "add", path: "/containers/n", node: { ...container("n", { title: "New" }) } }]);
    await containerIn(element, "n");
    expect(element.textContent).not.toContain("What do you want to know");
  });

  test("[C8] an empty canvas offers three prompts at most, and a click asks one", async () => {
    const { element, server } = show(new FakeServer(documentOf([])));
    const prompts = ["Mean mpg by origin", "Horsepower per year", "The heaviest cars", "One too many"];
    await vi.waitFor(() => expect(element.querySelector(".em")).not.toBeNull());
    server.send("suggestions", { prompts });
    const offered = () => [...element.querySelectorAll<HTMLElement>(".em .sug")];
    await vi.waitFor(() => expect(offered().map((one) => one.textContent)).toEqual(prompts.slice(0, 3)));
    expect(element.querySelectorAll(".sug")).toHaveLength(3);
    await userEvent.click(offered()[1] as HTMLElement);
    expect(server.of("user_prompt").map(({ data }) => data?.prompt)).toEqual(["Horsepower per year"]);
  });

  test("[N1] how far a query is: a bar where that is measured, words where it is not, nothing when it is over", async () => {
    const { element, server } = show(new FakeServer(carsDocument()));
    const mpg = await containerIn(element, "mpg");
    const about = { turn_id: "t", container_id: "mpg" };
    server.broadcast("progress", { ...about, message: "Reading cars", fraction: 0.404 });
    const bar = await vi.waitFor(() => {
      const found = mpg.querySelector("[role=progressbar]");
      if (!found) throw new Error("no bar");
      return found;
    });
    expect(["now", "min", "max"].map((name) => bar.getAttribute(`aria-value${name}`))).toEqual([
      "40",
      "0",
      "100",
    ]);
    expect(mpg.querySelector(".sknote")?.textContent).toBe("Reading cars40 %");
    expect(element.querySelectorAll("[role=progressbar]")).toHaveLength(1);
    server.broadcast("progress", { ...about, message: "Grouping" });
    await vi.waitFor(() => expect(mpg.querySelector(".sknote")?.textContent).toBe("Grouping"));
    expect(mpg.querySelector("[role=progressbar]")).toBeNull();
    server.broadcast("progress", { ...about, message: "" });
    await vi.waitFor(() => expect(mpg.querySelector(".sknote")).toBeNull());
  });

  test("[N1] a toast leaves after six seconds unless it is hovered; an error stays until it is dismissed", async () => {
    const { element, session } = show(new FakeServer(pair()));
    await containerIn(element, "a");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    later(() => vi.useRealTimers());
    const toast = () => element.querySelector<HTMLElement>(".toast");
    const said = async (text: string | null) => {
      for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
      expect(toast()?.querySelector("span")?.textContent ?? null).toBe(text);
    };
    await userEvent.hover(element.querySelector(".hd") as HTMLElement);
    session.store.toast("Saved");
    await said("Saved");
    vi.advanceTimersByTime(5_900);
    await said("Saved");
    vi.advanceTimersByTime(200);
    await said(null);
    session.store.toast("Kept");
    await said("Kept");
    await userEvent.hover(toast()?.querySelector("span") as HTMLElement);
    await said("Kept");
    vi.advanceTimersByTime(30_000);
    await said("Kept");
    await userEvent.hover(element.querySelector(".hd") as HTMLElement);
    await said("Kept");
    vi.advanceTimersByTime(6_100);
    await said(null);
    session.store.toast("It failed", true);
    await said("It failed");
    expect(toast()?.getAttribute("role")).toBe("alert");
    vi.advanceTimersByTime(30_000);
    await said("It failed");
    await userEvent.click(toast()?.querySelector("[aria-label=Dismiss]") as HTMLElement);
    await said(null);
  });

  test("[N1] a failed query shows its message in its container, one still running a skeleton", async () => {
    const server = new FakeServer(carsDocument());
    const { element } = show(server);
    await containerIn(element, "mpg");
    const message = 'No column "mpgs" in cars. Closest match: Miles_per_Gallon.';
    server.broadcast("result", {
      container_id: "mpg",
      result_id: "",
      schema: [],
      row_count: 0,
      rows: [],
      error: message,
    });
    const alert = await vi.waitFor(() => {
      const found = element.querySelector('[data-container-id="mpg"] [role=alert]');
      if (!found) throw new Error("no message");
      return found;
    });
    expect(alert.textContent).toBe('No column "mpgs" in carsClosest match: Miles_per_Gallon. Try again');
    expect(element.querySelectorAll("[aria-busy=true]")).toHaveLength(3);
    expect(element.querySelector("[role=status]")?.textContent).toBe("1 failed · 3 running");
    alert.querySelector<HTMLElement>("button")?.click();
    await vi.waitFor(() => expect(alert.textContent).toContain("Trying again…"));
    expect(server.of("refresh").map(({ data }) => data)).toEqual([{ container_ids: ["mpg"] }]);
  });

  test("[X6] a query that fails later leaves its picture, says so below it and offers to try again", async () => {
    const server = new FakeServer(carsDocument(), carsResults());
    const { element, session } = show(server);
    const mpg = await containerIn(element, "mpg");
    await vi.waitFor(() => expect(mpg.querySelector("figure[data-marks]")).not.toBeNull(), {
      timeout: 8_000,
    });
    session.refresh();
    const message = 'The table "cars" cannot be read: PostgreSQL says: the connection is lost.';
    const error = { code: 422, message, node: { id: "mpg" } };
    server.send("error", { message }, { reply_to: server.of("refresh")[0]?.id, error });
    const alert = await vi.waitFor(() => {
      const found = mpg.querySelector("[role=alert]");
      if (!found) throw new Error("no message");
      return found;
    });
    expect(alert.getAttribute("title")).toBe(message);
    expect(mpg.querySelector("figure[data-marks]")).not.toBeNull();
    expect(element.querySelectorAll("[role=alert]")).toHaveLength(1);
    alert.querySelector<HTMLElement>("button")?.click();
    expect(server.of("refresh")[1]?.data).toEqual({ container_ids: ["mpg"] });
  });
});
