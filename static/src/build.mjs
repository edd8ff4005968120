// Compiles static/src into static/build. The design system's own files come from its package, not copied by hand.
// A script that imports another gets the other's content hash in the address, so that browsers may keep both for ever.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const packages = join(source, "..", "..", "node_modules");
const built = join(source, "..", "build");

rmSync(built, { recursive: true, force: true });
mkdirSync(built, { recursive: true });

const { css } = sass.compile(join(source, "app.scss"), {
  loadPaths: [packages],
  style: "compressed",
  quietDeps: true,
  logger: sass.Logger.silent,
});
writeFileSync(join(built, "app.css"), css);

copyFileSync(join(packages, "govuk-frontend/dist/govuk/govuk-frontend.min.js"), join(built, "govuk-frontend.js"));
copyFileSync(
  join(packages, "accessible-autocomplete/dist/accessible-autocomplete.min.js"),
  join(built, "accessible-autocomplete.js"),
);

const hash = (name) => createHash("sha256").update(readFileSync(join(built, name))).digest("hex").slice(0, 12);
for (const name of readdirSync(source).filter((name) => name.endsWith(".js"))) {
  const script = readFileSync(join(source, name), "utf8");
  const addressed = script.replace(
    /(from|import) "(govuk-frontend|accessible-autocomplete)"/g,
    (_, word, library) => `${word} "./${library}.js?v=${hash(`${library}.js`)}"`,
  );
  writeFileSync(join(built, name), addressed);
}
