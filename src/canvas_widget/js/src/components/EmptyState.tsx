import { strings } from "../strings.ts";

export function EmptyState() {
  const [magic, ...lines] = strings.empty.example.split("\n");
  const [before, after] = strings.empty.lead.split("%%canvas");
  return (
    <div className="em nopan nodrag">
      <h2>{strings.empty.heading}</h2>
      <p className="mut">
        {before}
        <code>%%canvas</code>
        {after}
      </p>
      <pre title={strings.empty.exampleLabel}>
        <b>{magic}</b>
        {`\n${lines.join("\n")}`}
      </pre>
    </div>
  );
}
