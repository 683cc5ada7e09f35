import { describe, expect, test } from "vitest";
import { MAX_TEXT, markdownHtml } from "./markdown.ts";

const HOSTILE = [
  "![x](https://evil.example/p.png)",
  '<img src="https://evil.example/p.png" onerror="alert(1)">',
  "<script>alert(1)</script>",
  '<a href="javascript:alert(1)">x</a>',
  "[x](javascript:alert(1))",
  "[x](data:text/html,<script>1</script>)",
  '<svg><use href="https://evil.example/x.svg#a"/></svg>',
  '<p style="background:url(https://evil.example/p.png)">x</p>',
  '<iframe src="https://evil.example"></iframe>',
  '<form action="https://evil.example"><input name=a></form>',
  '<style>@import "https://evil.example/x.css"</style>',
  '<video poster="https://evil.example/p.png"></video>',
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  '<details open ontoggle="alert(1)">x</details>',
  '<p id="x" class="cw" data-a="1" aria-label="b">x</p>',
];

describe("text containers", () => {
  test.each(HOSTILE)("[C2] nothing in %s can act or load", (source) => {
    const holder = document.createElement("template");
    holder.innerHTML = markdownHtml(source);
    for (const element of holder.content.querySelectorAll("*")) {
      expect(element.tagName).not.toMatch(
        /^(IMG|SCRIPT|SVG|STYLE|IFRAME|FORM|INPUT|VIDEO|USE|MATH|DETAILS|LINK)$/i,
      );
      for (const { name, value } of element.attributes) {
        expect(["href", "rel", "target", "align", "start"]).toContain(name);
        if (name === "href") expect(value).toMatch(/^(https?|mailto):/);
      }
    }
  });

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
