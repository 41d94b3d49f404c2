"""Writes what the connector's jar contains besides our own code, and under which licences.

usage: jar_notice.py LIBRARIES LICENSES TARGET

TARGET gets NOTICE (one entry per library, with project, version, origin and licence) and licenses/ (the texts).
Fails when a library in LIBRARIES, as jar_libraries.py laid them out, has no entry here, so that nothing enters the jar unnamed. The texts
come from the wheels, from the same projects' Debian packages, and from LICENSES where neither has them.
"""

import importlib.metadata
import pathlib
import re
import shutil
import subprocess
import sys

COMMON = pathlib.Path("/usr/share/common-licenses")

# Library (name up to its hash or version): project, licence (SPDX), where the text is.
# Text: deb:<package>, wheel:<package>, or a file of LICENSES.
LIBRARIES = {
    "libflinkredshift_arrow": ("Apache Arrow", "Apache-2.0", "wheel:pyarrow"),
    "libflinkredshift_parquet": ("Apache Parquet C++ (Apache Arrow)", "Apache-2.0", "wheel:pyarrow"),
    "libflinkredshift_z": ("zlib", "Zlib", "deb:zlib1g"),
    "libpq": ("PostgreSQL's libpq", "PostgreSQL", "deb:libpq5"),
    "libcrypto": ("OpenSSL", "Apache-2.0", "deb:libssl3"),
    "libssl": ("OpenSSL", "Apache-2.0", "deb:libssl3"),
    "libcom_err": ("e2fsprogs' and Kerberos' com_err", "MIT", "deb:libcom-err2"),
    "libcrypt": ("libxcrypt", "LGPL-2.1-or-later", "deb:libcrypt1"),
    "libgssapi_krb5": ("MIT Kerberos", "MIT", "deb:libgssapi-krb5-2"),
    "libk5crypto": ("MIT Kerberos", "MIT", "deb:libgssapi-krb5-2"),
    "libkrb5": ("MIT Kerberos", "MIT", "deb:libgssapi-krb5-2"),
    "libkrb5support": ("MIT Kerberos", "MIT", "deb:libgssapi-krb5-2"),
    "libkeyutils": ("keyutils", "LGPL-2.1-or-later", "deb:libkeyutils1"),
    "liblber": ("OpenLDAP", "OLDAP-2.8", "deb:libldap-2.5-0"),
    "libldap": ("OpenLDAP", "OLDAP-2.8", "deb:libldap-2.5-0"),
    "libsasl2": ("Cyrus SASL", "BSD-4-Clause-UC", "deb:libsasl2-2"),
    "libcurl": ("curl", "curl", "deb:libcurl4"),
    "libbrotlicommon": ("Brotli", "MIT", "deb:libbrotli1"),
    "libbrotlidec": ("Brotli", "MIT", "deb:libbrotli1"),
    "libidn2": ("GNU Libidn2", "LGPL-3.0-or-later", "deb:libidn2-0"),
    "libunistring": ("GNU libunistring", "LGPL-3.0-or-later", "deb:libunistring2"),
    "libnghttp2": ("nghttp2", "MIT", "deb:libnghttp2-14"),
    "libnghttp3": ("nghttp3", "MIT", "nghttp3.txt"),
    "libngtcp2": ("ngtcp2", "MIT", "ngtcp2.txt"),
    "libngtcp2_crypto_ossl": ("ngtcp2", "MIT", "ngtcp2.txt"),
    "libsfparse": ("sfparse", "MIT", "sfparse.txt"),
    "libpsl": ("libpsl", "MIT", "deb:libpsl5"),
    "libssh2": ("libssh2", "BSD-3-Clause", "deb:libssh2-1"),
}
ENGINE = "libflinkredshift.so"
# Compiled into it.
COMPILED_IN = {
    "nlohmann-json": ("MIT", "deb:nlohmann-json3-dev"),
}
WHEELS = ["pyarrow", "psycopg-binary", "pycurl"]


def plain_name(library):
    """libssl-6a9b88ec.so.3 -> libssl"""
    return re.sub(r"-[0-9a-f]{8}$", "", library.name.split(".so")[0])


def wheel_of(library):
    """The wheel that carries the library; zlib alone comes from the build machine."""
    if plain_name(library) == "libflinkredshift_z":
        return None
    for wheel in WHEELS:
        files = importlib.metadata.files(wheel)
        name = library.name.removeprefix("libflinkredshift_")
        if any(file.name == library.name or file.name.startswith(f"lib{name}.") for file in files):
            return wheel
    raise SystemExit(f"jar_notice.py: {library.name} is in none of the wheels {', '.join(WHEELS)}")


def debian_version(package):
    query = ["dpkg-query", "-W", "-f=${Version}", package]
    return subprocess.run(query, check=True, capture_output=True, text=True).stdout


def copy_text(text, licenses, target):
    """Copies a licence text, with those that it refers to; the name of the copy."""
    kind, _, package = text.partition(":")
    if kind == "deb":
        source = pathlib.Path("/usr/share/doc") / package / "copyright"
        copy = target / f"{package}.txt"
    elif kind == "wheel":
        source = next(file.locate() for file in importlib.metadata.files(package) if file.name == "LICENSE.txt")
        copy = target / f"{package}.txt"
    else:
        source = licenses / text
        copy = target / text
    if not copy.exists():
        shutil.copy(source, copy)
        for common in set(re.findall(r"common-licenses/([A-Za-z0-9.+-]*[A-Za-z0-9])", copy.read_text())):
            if (COMMON / common).exists():
                shutil.copy(COMMON / common, target / f"{common}.txt")
    return copy.name


def main(libraries, licenses, target):
    shutil.rmtree(target, ignore_errors=True)
    texts = target / "licenses"
    texts.mkdir(parents=True)
    lines = [
        "flink-connector-redshift",
        "",
        "This jar carries the libraries below, stripped and under names and search paths of ours, but not changed. Their",
        "licences are in META-INF/licenses.",
        "",
    ]
    for library in sorted(path for path in libraries.iterdir() if ".so" in path.name and path.name != ENGINE):
        if plain_name(library) not in LIBRARIES:
            raise SystemExit(f"jar_notice.py: {library.name} would go into the jar, but no licence is named for it here")
        project, licence, text = LIBRARIES[plain_name(library)]
        wheel = wheel_of(library)
        origin = f"{wheel} {importlib.metadata.version(wheel)}" if wheel else f"Debian zlib1g {debian_version('zlib1g')}"
        lines.append(f"{library.name}: {project}; {licence} (licenses/{copy_text(text, licenses, texts)}); from {origin}")
    lines += ["", f"Compiled into {ENGINE}:"]
    for name, (licence, text) in COMPILED_IN.items():
        version = debian_version(text.removeprefix("deb:"))
        lines.append(f"{name} {version}: {licence} (licenses/{copy_text(text, licenses, texts)})")
    arrow = next(f.locate() for f in importlib.metadata.files("pyarrow") if f.name == "NOTICE.txt")
    lines += ["", "Notices of Apache Arrow:", "", pathlib.Path(arrow).read_text().rstrip(), ""]
    (target / "NOTICE").write_text("\n".join(lines))


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))
