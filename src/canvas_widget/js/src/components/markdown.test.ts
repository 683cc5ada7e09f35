import fc from "fast-check";
import { describe, expect, test } from "vitest";
import hostile from "../testing/hostileMarkdown.json";
import { MAX_TEXT, markdownHtml } from "./markdown.ts";

/** Each attack alone, and inside each construct of markdown that could let it through. */
const HOSTILE = hostile.wrappers.map((around) =>
  hostile.payloads.map((attack) => around.replaceAll("{}", () => attack)),
);
const ALLOWED = new Set(
  "P BR HR H1 H2 H3 H4 H5 H6 UL OL LI STRONG EM B I DEL S CODE PRE BLOCKQUOTE A TABLE THEAD TBODY TR TH TD SUB SUP".split(
    " ",
  ),
);

/** What elements could do: those that are no plain text, their attributes, and where links go. */
function dangers(holder: ParentNode): string[] {
  const found: string[] = [];
  for (const element of holder.querySelectorAll("*")) {
    if (!ALLOWED.has(element.tagName)) found.push(`<${element.tagName}>`);
    for (const { name, value } of element.attributes) {
      if (name === "is" && !value) continue; // cannot be taken off an element, and empty it names nothing
      if (!["href", "rel", "target", "align", "start"].includes(name)) found.push(`${name}=${value}`);
      if (name === "href" && !/^(https?:\/\/|mailto:)/.test((element as HTMLAnchorElement).href)) {
        found.push(value);
      }
    }
  }
  return found;
}

describe("text containers", () => {
  test("the corpus has hundreds of texts, each of them another", () => {
    expect(new Set(HOSTILE.flat()).size).toBeGreaterThan(500);
    expect(new Set(HOSTILE.flat()).size).toBe(hostile.payloads.length * hostile.wrappers.length);
  });

  test.each(HOSTILE.map((texts, at) => [hostile.wrappers[at], texts] as const))(
    "[X7] of the attacks inside %j nothing acts or loads in the page",
    async (_, texts) => {
      const before = performance.getEntriesByType("resource").length;
      const holder = document.createElement("div");
      document.body.append(holder);
      try {
        for (const source of texts) {
          holder.innerHTML = markdownHtml(source);
          expect(dangers(holder), source).toEqual([]);
        }
        holder.innerHTML = texts.map(markdownHtml).join("\n");
        expect(dangers(holder)).toEqual([]);
        for (const link of holder.querySelectorAll("a")) {
          expect([link.rel, link.target]).toEqual(["noopener noreferrer nofollow", "_blank"]);
        }
        await new Promise(requestAnimationFrame);
        expect(performance.getEntriesByType("resource").slice(before)).toEqual([]);
        expect("hit" in window).toBe(false);
      } finally {
        holder.remove();
      }
    },
  );

  test("[N1] headings, lists, emphasis, code, tables and links come through, links to elsewhere", () => {
    const holder = document.createElement("div");
    holder.innerHTML = markdownHtml("# T\n\n- **a** `b`\n\n|x|y|\n|-|-|\n|1|2|\n\n[d](https://example.org)");
    expect(holder.querySelector("h1")?.textContent).toBe("T");
    expect(holder.querySelector("li strong")?.textContent).toBe("a");
    expect(holder.querySelectorAll("td")).toHaveLength(2);
    const link = holder.querySelector("a");
    expect([link?.target, link?.rel]).toEqual(["_blank", "noopener noreferrer nofollow"]);
  });

  test("[C2] two megabytes of markdown are cut, not choked on", () => {
    const html = markdownHtml("word ".repeat(400_000));
    expect(html.length).toBeLessThan(MAX_TEXT + 1_000);
  });
});

test("[N1] words that need no parser look as if they had been through it", () => {
  const word = fc.stringMatching(/^[A-Za-z\u00c0-\u017f0-9]{1,9}$/);
  const words = fc.array(word, { minLength: 1, maxLength: 12 }).map((all) => all.join(" "));
  fc.assert(
    fc.property(words, fc.constantFrom(" ", ", ", ",", "  "), (text, between) => {
      const line = text.replaceAll(" ", between);
      // A link definition that nothing refers to is invisible, and sends the same words through the parser.
      expect(markdownHtml(line)).toBe(markdownHtml(`${line}\n\n[x]: <https://example.org>\n`));
    }),
  );
});
