/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package org.apache.flink.connector.redshift.internal;

import org.apache.flink.annotation.Internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;

/**
 * Brings the native engine, which travels inside the jar, into this JVM.
 *
 * <p>Flink makes a new class loader per job, and a library file can be loaded by one class loader
 * only. So each loader gets a copy of the engine under a fresh name, while the libraries that the
 * engine needs (Arrow, libpq and what they need) are mapped once per JVM: the dynamic linker finds
 * them by their SONAME, whichever copy of the engine asks. They are never loaded from Java, and all
 * files are deleted as soon as they are mapped, so that nothing is left behind even by {@code kill
 * -9}.
 */
@Internal
final class NativeLibrary {

    private static final String ENGINE = "libflinkredshift.so";
    private static final String PLATFORM = "linux-x86_64";
    private static final String RESOURCES =
            "/org/apache/flink/connector/redshift/native/" + PLATFORM + "/";

    /** Followed by the digest of the shared libraries; set means that they are mapped. */
    private static final String MAPPED = "org.apache.flink.connector.redshift.native.";

    private NativeLibrary() {}

    /**
     * Loads the engine for the class loader of this class. To be called until it has succeeded.
     *
     * @throws IOException with what to do, when this machine cannot run the engine
     */
    static void load() throws IOException {
        checkPlatform();
        final Properties description = description();
        final String digest = description.getProperty("digest");
        final String property = MAPPED + digest;
        // A class of the bootstrap loader is the one lock that all class loaders share.
        synchronized (Runtime.class) {
            final boolean mapped = System.getProperty(property) != null;
            if (!mapped) {
                refuseOtherVersion(digest);
            }
            final Path directory = createDirectory();
            final List<Path> files = new ArrayList<>();
            try {
                if (!mapped) {
                    for (String library : description.getProperty("shared").split(",")) {
                        extract(library, directory.resolve(library), files);
                    }
                }
                final Path engine = directory.resolve(UUID.randomUUID() + "-" + ENGINE);
                extract(ENGINE, engine, files);
                System.load(engine.toString());
                System.setProperty(property, "mapped");
            } catch (UnsatisfiedLinkError error) {
                throw explained(error, description, directory);
            } catch (IOException error) {
                throw new IOException(
                        "Cannot write the connector's native libraries to "
                                + directory
                                + " (about 65 MB). Free space there, or point java.io.tmpdir elsewhere.",
                        error);
            } finally {
                delete(files, directory);
            }
        }
    }

    private static void checkPlatform() throws IOException {
        final String system = System.getProperty("os.name");
        final String machine = System.getProperty("os.arch");
        if (!"linux".equals(system.toLowerCase(Locale.ROOT))
                || !("amd64".equals(machine) || "x86_64".equals(machine))) {
            throw new IOException(
                    "The Redshift connector carries native code for Linux on x86_64; this JVM runs on "
                            + system
                            + " on "
                            + machine
                            + ". Run the job, and the client that submits it, on Linux on x86_64.");
        }
    }

    private static Properties description() throws IOException {
        final Properties properties = new Properties();
        try (InputStream input = open("libraries.properties")) {
            properties.load(input);
        } catch (IOException error) {
            throw new IOException(
                    "This jar of the Redshift connector is incomplete: it holds no " + RESOURCES,
                    error);
        }
        return properties;
    }

    /** Two sets of shared libraries with the same SONAMEs cannot be told apart by the linker. */
    private static void refuseOtherVersion(String digest) throws IOException {
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith(MAPPED)) {
                throw new IOException(
                        "This JVM already holds the native libraries of another version of the Redshift"
                                + " connector (digest "
                                + name.substring(MAPPED.length())
                                + ", this one has "
                                + digest
                                + "). Restart the process to change versions.");
            }
        }
    }

    private static Path createDirectory() throws IOException {
        try {
            return Files.createTempDirectory("flink-connector-redshift-");
        } catch (IOException error) {
            throw new IOException(
                    "Cannot create a directory for the connector's native libraries in "
                            + System.getProperty("java.io.tmpdir")
                            + ". Point java.io.tmpdir to a directory that can be written.",
                    error);
        }
    }

    private static void extract(String library, Path target, List<Path> files) throws IOException {
        // First, so that a file the disk had no room for is deleted too.
        files.add(target);
        try (InputStream input = open(library)) {
            Files.copy(input, target);
        }
    }

    /**
     * Without the JVM's cache of jar files: a closed class loader's cached jar breaks the next one.
     */
    private static InputStream open(String name) throws IOException {
        final URL url = NativeLibrary.class.getResource(RESOURCES + name);
        if (url == null) {
            throw new IOException("No resource " + RESOURCES + name);
        }
        final URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        return connection.getInputStream();
    }

    private static IOException explained(
            UnsatisfiedLinkError error, Properties description, Path directory) {
        return new IOException(
                "The native code of the Redshift connector cannot be loaded from "
                        + directory
                        + ". It needs glibc "
                        + description.getProperty("glibc")
                        + " and libstdc++ with GLIBCXX_"
                        + description.getProperty("glibcxx")
                        + " or newer (Debian 12, Ubuntu 22.04, or any later), and a java.io.tmpdir"
                        + " that is not mounted noexec. The linker says: "
                        + error.getMessage(),
                error);
    }

    private static void delete(List<Path> files, Path directory) {
        try {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (IOException ignored) {
            // What stays behind in the temporary directory costs disk space and nothing else.
            directory.toFile().deleteOnExit();
        }
    }
}
