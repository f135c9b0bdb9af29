"""Build what browsers and PDFs take: bundles, fonts, hashed names, compressed copies, compiled translations.

Run by the environment's Python: python bin/_assets.py ROOT. Does nothing while its inputs and outputs stand.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import yaml
import zopfli.gzip
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCES = "lms/web/static"
FONT_URL = re.compile(r"""url\(\s*["']?(?:\.\./)+font/([^"')?#]+)""")
LOADERS = ("woff2", "woff", "svg", "png", "jpg", "webp", "avif")
TARGET = "es2020,chrome105,firefox110,safari15.4"
COMPRESSED = {".css", ".js", ".svg", ".json", ".txt", ".xml", ".ico", ".webmanifest"}


class BuildError(Exception):
    """What is wrong with a source, in one line that names it."""


def main(root: Path) -> int:
    build = root / "build"
    stamp = build / "assets-stamp.json"
    inputs = digest_of_inputs(root)
    if _stands(stamp, inputs, root):
        return 0
    print("Membangun aset peramban …", flush=True)
    try:
        outputs = [*build_static(root), *copy_certificate_fonts(root), *compile_translations(root)]
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    names = sorted(str(path.relative_to(root)) for path in outputs)
    stamp.write_text(json.dumps({"inputs": inputs, "outputs": names}, indent=1))
    return 0


def digest_of_inputs(root: Path) -> str:
    """One hash over the names and contents of all that the build reads, itself included."""
    files = [Path(__file__), root / "package-lock.json", *_designs(root), *_catalogues(root)]
    files += [path for path in (root / SOURCES).rglob("*") if path.is_file()]
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(os.path.relpath(path, root).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build_static(root: Path) -> Iterator[Path]:
    """Replace build/static: bundles, other files under hashed names, .gz and .br copies, manifest.json."""
    build, target = root / "build", root / "build" / "static"
    fresh, stage = build / "static.new", build / "stage"
    for folder in (fresh, stage):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    _stage(root, stage)
    manifest = _bundle(root, stage, fresh)
    manifest |= _copy_others(stage, fresh, manifest)
    for path in [path for path in fresh.rglob("*") if path.suffix in COMPRESSED]:
        _compress(path)
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))
    shutil.rmtree(stage)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return (path for path in target.rglob("*") if path.is_file())


def copy_certificate_fonts(root: Path) -> Iterator[Path]:
    """Copy the fonts that the certificate designs name into build/fonts."""
    for design in _designs(root):
        fonts = (yaml.safe_load(design.read_text(encoding="utf-8")) or {}).get("fonts") or {}
        for name, font in fonts.items():
            source = root / "node_modules" / font["package"] / "files" / font["file"]
            if not source.is_file():
                raise BuildError(f"{design.relative_to(root)}: fon {name} tidak ada di {font['package']}")
            yield _copy(source, root / "build" / "fonts" / font["file"])


def compile_translations(root: Path) -> Iterator[Path]:
    """Write the .mo beside each .po; fuzzy entries stay out."""
    for source in _catalogues(root):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        target, fresh = source.with_suffix(".mo"), source.with_suffix(".mo.new")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(target)
        yield target


def _stands(stamp: Path, inputs: str, root: Path) -> bool:
    if not stamp.exists():
        return False
    last = json.loads(stamp.read_text())
    return last["inputs"] == inputs and all((root / name).exists() for name in last["outputs"])


def _designs(root: Path) -> list[Path]:
    return sorted((root / "certificates").glob("*/design.yaml"))


def _catalogues(root: Path) -> list[Path]:
    return sorted((root / "translations").glob("*/LC_MESSAGES/*.po"))


def _stage(root: Path, stage: Path) -> None:
    """Copy the sources, and beside them the fonts their styles name: the bundler resolves every url()."""
    if (root / SOURCES).is_dir():
        shutil.copytree(root / SOURCES, stage)
    stage.mkdir(exist_ok=True)
    for style in sorted(stage.rglob("*.css")):
        for name in FONT_URL.findall(style.read_text(encoding="utf-8")):
            if not (stage / "font" / name).exists():
                _copy(_font(root, name, style.relative_to(stage)), stage / "font" / name)


def _font(root: Path, name: str, style: Path) -> Path:
    found = sorted((root / "node_modules" / "@fontsource").glob(f"*/files/{name}"))
    if not found:
        raise BuildError(f"{SOURCES}/{style}: fon {name} tidak ada di paket @fontsource mana pun")
    return found[0]


def _bundle(root: Path, stage: Path, target: Path) -> dict[str, str]:
    """Bundle css/*.css and js/*.js; subfolders hold parts to import. Returns source name → built name."""
    entries = sorted([*stage.glob("css/*.css"), *stage.glob("js/*.js")])
    if not entries:
        return {}
    meta = stage / "esbuild-meta.json"
    options = ["--bundle", "--minify", "--format=esm", "--charset=utf8", f"--target={TARGET}", "--outbase=."]
    options += [f"--loader:.{kind}=file" for kind in LOADERS]
    options += ["--entry-names=[dir]/[name].[hash]", "--asset-names=[dir]/[name].[hash]"]
    options += [f"--outdir={target}", f"--metafile={meta}", "--log-level=warning"]
    names = [str(entry.relative_to(stage)) for entry in entries]
    if subprocess.run([_esbuild(root), *names, *options], cwd=stage, check=False).returncode != 0:
        raise BuildError("esbuild menolak sumber di atas.")
    outputs = json.loads(meta.read_text())["outputs"]
    meta.unlink()
    return {_source(made): os.path.relpath(stage / name, target) for name, made in outputs.items()}


def _source(output: dict[str, Any]) -> str:
    """What a built file was made of: the entry it bundles, or the one file it copies."""
    return str(output.get("entryPoint") or next(iter(output["inputs"])))


def _esbuild(root: Path) -> Path:
    """esbuild's own program; the wrapper in node_modules/.bin would need Node.js."""
    found = sorted((root / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    if not found:
        raise BuildError("esbuild tidak ada di node_modules. Hapus node_modules lalu ulangi.")
    return found[0]


def _copy_others(stage: Path, target: Path, known: dict[str, str]) -> dict[str, str]:
    """Copy what is neither a bundle nor part of one under a name with the hash of its content."""
    copied = {}
    for path in sorted(stage.rglob("*")):
        name = str(path.relative_to(stage))
        if path.is_dir() or path.suffix in {".css", ".js"} or name in known:
            continue
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        copied[name] = str(Path(name).with_name(f"{path.stem}.{mark}{path.suffix}"))
        _copy(path, target / copied[name])
    return copied


def _compress(path: Path) -> None:
    """Write .br and .gz beside a file, each only where it is smaller."""
    content = path.read_bytes()
    for suffix, packed in ((".br", brotli.compress(content)), (".gz", zopfli.gzip.compress(content))):
        if len(packed) < len(content):
            path.with_name(path.name + suffix).write_bytes(packed)


def _copy(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
