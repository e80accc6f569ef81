// SPDX-License-Identifier: MIT
// The project's Debian packages: made from the build under test, and as another version of themselves.
import fs from 'node:fs';
import path from 'node:path';
import { BIN, TOP } from './classcast.mjs';
import { run } from './program.mjs';

const FOLDER = path.join(TOP, 'build/packages');
const PARTS = ['debian', 'systemd', 'config', 'scripts', 'docs/guide', 'docs/man', 'web-viewer/dist'];

/** The latest change below these files and folders. */
function changed(names) {
  const times = names.map((name) => {
    const stat = fs.statSync(name, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) {
      return stat?.mtimeMs ?? 0;
    }
    // The folder of a package that is being made is no source.
    const inside = fs.readdirSync(name).filter((one) => !/^classcast-\w+$|^\.|^files$|substvars$/.test(one));
    return changed(inside.map((one) => path.join(name, one)));
  });
  return Math.max(0, ...times);
}

const found = (part) =>
  fs.existsSync(FOLDER)
    ? fs.readdirSync(FOLDER).find((name) => name.startsWith(`classcast-${part}_`) && name.endsWith('.deb'))
    : undefined;

/** Makes them unless they are newer than what they are made of; the files by part. */
export async function packages() {
  const sources = [
    ...PARTS.map((part) => path.join(TOP, part)),
    path.join(TOP, 'CMakeLists.txt'),
    ...['classcastd', 'classcastctl', 'classcast-server', 'classcast-relay', 'classcast-recorder'].map(
      (name) => path.join(BIN, name),
    ),
  ];
  const made = path.join(FOLDER, 'SHA256SUMS');
  const fresh = fs.existsSync(made) && fs.statSync(made).mtimeMs > changed(sources);
  if (!fresh || !found('server') || !found('classroom')) {
    await run([path.join(TOP, 'scripts/package'), path.dirname(BIN)]);
  }
  return {
    server: path.join(FOLDER, found('server')),
    classroom: path.join(FOLDER, found('classroom')),
  };
}

/** The same package as `version`, whose programs differ (by what stands behind their end); its file in `dir`. */
export async function asVersion(file, version, dir) {
  const tree = fs.mkdtempSync(path.join(dir, 'package-'));
  await run(['dpkg-deb', '--raw-extract', file, tree]);
  const control = path.join(tree, 'DEBIAN/control');
  fs.writeFileSync(
    control,
    fs.readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`),
  );
  for (const name of fs.readdirSync(path.join(tree, 'usr/bin'))) {
    fs.appendFileSync(path.join(tree, 'usr/bin', name), `\n# ${version}\n`);
  }
  const other = path.join(dir, path.basename(file).replace(/_[^_]+_/, `_${version}_`));
  await run(['dpkg-deb', '--build', '--root-owner-group', tree, other]);
  fs.rmSync(tree, { recursive: true });
  return other;
}
