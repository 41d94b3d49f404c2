"""What the connector's jar promises about itself, read from the jar."""

import re
import subprocess
import zipfile

import pytest
import stack

NATIVE = "org/apache/flink/connector/redshift/native/linux-x86_64/"
# What every Linux of the stated age has: glibc's parts, and GCC's run-time libraries.
OF_THE_HOST = re.compile(r"(libc|libm|libdl|librt|libpthread|libresolv|ld-linux-x86-64|libstdc\+\+|libgcc_s)\.so\.\d+")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    target = tmp_path_factory.mktemp("jar")
    with zipfile.ZipFile(stack.JAR) as jar:
        jar.extractall(target)
    return target


@pytest.fixture(scope="module")
def libraries(unpacked):
    found = sorted(path for path in (unpacked / NATIVE).iterdir() if ".so" in path.name)
    assert found
    return found


def read(library):
    return subprocess.run(["objdump", "-p", library], check=True, capture_output=True, text=True).stdout


def newest(libraries, prefix):
    versions = set()
    for library in libraries:
        versions.update(re.findall(rf"\b{prefix}_([0-9.]+)", read(library).partition("Version References:")[2]))
    return max(versions, key=lambda version: [int(part) for part in version.split(".")])


def test_the_readme_states_the_oldest_glibc_that_has_all_the_libraries_ask_for(libraries):
    readme = (stack.ROOT / "README.md").read_text()
    assert f"glibc {newest(libraries, 'GLIBC')} " in readme
    assert f"GLIBCXX_{newest(libraries, 'GLIBCXX')}" in readme


def test_a_host_that_is_too_old_is_told_the_same_versions(unpacked, libraries):
    lines = (unpacked / NATIVE / "libraries.properties").read_text().splitlines()
    described = dict(line.split("=", 1) for line in lines)
    assert described["glibc"] == newest(libraries, "GLIBC")
    assert described["glibcxx"] == newest(libraries, "GLIBCXX")


def test_every_library_finds_what_it_needs_in_the_jar_or_in_glibc_and_gcc(libraries):
    carried = {library.name for library in libraries}
    for library in libraries:
        needed = set(re.findall(r"NEEDED\s+(\S+)", read(library)))
        missing = {name for name in needed - carried if not OF_THE_HOST.fullmatch(name)}
        assert not missing, library.name


def test_no_library_is_carried_that_nothing_needs(libraries):
    needed = {name for library in libraries for name in re.findall(r"NEEDED\s+(\S+)", read(library))}
    assert {library.name for library in libraries} - needed == {"libflinkredshift.so"}


def test_the_notice_names_every_library_and_has_the_text_of_its_licence(unpacked, libraries):
    entries = dict(
        re.findall(r"^(lib\S+): .+; .+ \(licenses/(\S+)\); from .+$", (unpacked / "META-INF/NOTICE").read_text(), re.M)
    )
    assert set(entries) == {library.name for library in libraries} - {"libflinkredshift.so"}
    for text in entries.values():
        assert (unpacked / "META-INF/licenses" / text).stat().st_size > 500


def test_no_library_carries_the_path_of_the_machine_that_built_it(libraries):
    for library in libraries:
        paths = re.findall(r"(?:RPATH|RUNPATH)\s+(\S+)", read(library))
        assert set(paths) <= {"$ORIGIN"}, library.name
