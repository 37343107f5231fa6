// Lints Cypher with Neo4j's own language support.
// Standard input: {"schema": {...}, "files": [{"name", "text", "parameters": [...], "fields": [...]}]}
// Standard output: [{"name", "line", "column", "severity", "message"}]
import { readFileSync } from "node:fs";
import { lintCypherQuery } from "@neo4j-cypher/language-support";

const SEVERITIES = { 1: "error", 2: "warning", 3: "information", 4: "hint" };
const { schema, files } = JSON.parse(readFileSync(0, "utf8"));
const found = [];
for (const { name, text, parameters, fields } of files) {
  const declared = Object.fromEntries(parameters.map((parameter) => [parameter, null]));
  const known = { ...schema, parameters: declared, propertyKeys: [...schema.propertyKeys, ...fields] };
  const { diagnostics } = lintCypherQuery(text, known, { consoleCommandsEnabled: false });
  for (const { severity, message, range } of diagnostics) {
    found.push({
      name,
      line: range.start.line + 1,
      column: range.start.character + 1,
      severity: SEVERITIES[severity] ?? "error",
      message,
    });
  }
}
process.stdout.write(JSON.stringify(found));
