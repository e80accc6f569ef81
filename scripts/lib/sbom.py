#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sbom.py VERSION EPOCH PACKAGE…: a CycloneDX 1.5 document of what the packages hold and need, on standard output.

The Debian libraries are those that dpkg-shlibdeps found; the npm packages are those of the viewer that run in the browser.
"""
import datetime
import hashlib
import json
import re
import subprocess
import sys


def field(package, name):
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True, capture_output=True, text=True).stdout.strip()


def own(package, version):
    with open(package, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    name, arch = field(package, "Package"), field(package, "Architecture")
    purl = f"pkg:deb/{name}@{version}?arch={arch}"
    return {"type": "application", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": [{"license": {"id": "MIT"}}], "hashes": [{"alg": "SHA-256", "content": digest}]}


def installed(name):
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True)
    return found.stdout.strip() if found.returncode == 0 else ""


def needed(package):
    """The names of Depends, the first of alternatives, without architectures and bounds."""
    return [re.split(r"[ (:|]", one.strip())[0] for one in field(package, "Depends").split(",") if one.strip()]


def debian(name):
    version = installed(name)
    purl = f"pkg:deb/debian/{name}" + (f"@{version}" if version else "")
    component = {"type": "library", "bom-ref": purl, "name": name, "purl": purl}
    return {**component, "version": version} if version else component


def npm(lock_file):
    with open(lock_file, encoding="utf-8") as file:
        packages = json.load(file)["packages"]
    for path, about in sorted(packages.items()):
        if not path or about.get("dev") or about.get("link"):
            continue
        name = path.split("node_modules/")[-1]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{about['version']}"
        component = {"type": "library", "bom-ref": purl, "name": name, "version": about["version"], "purl": purl}
        if about.get("license"):
            component["licenses"] = [{"expression": about["license"]}]
        yield component


def main():
    version, epoch, packages = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    names = sorted({name for package in packages for name in needed(package)})
    libraries = {name: debian(name) for name in names}
    scripts = list(npm("web-viewer/package-lock.json"))
    ours = [own(package, version) for package in packages]
    needs = [{"ref": one["bom-ref"], "dependsOn": [libraries[name]["bom-ref"] for name in needed(package)] +
              ([script["bom-ref"] for script in scripts] if one["name"] == "classcast-server" else [])}
             for one, package in zip(ours, packages)]
    when = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    json.dump({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
               "metadata": {"timestamp": when, "component": {"type": "application", "name": "classcast", "version": version}},
               "components": ours + list(libraries.values()) + scripts, "dependencies": needs}, sys.stdout, indent=1)
    print()


main()
