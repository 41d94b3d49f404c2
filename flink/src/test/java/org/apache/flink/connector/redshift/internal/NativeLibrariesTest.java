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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** The native libraries in the jar need nothing of the machine but the C and C++ run time. */
class NativeLibrariesTest {

    private static final String RESOURCES =
            "/org/apache/flink/connector/redshift/native/linux-x86_64/";

    /** glibc's parts, libstdc++ and libgcc_s. */
    private static final Pattern RUN_TIME =
            Pattern.compile(
                    "linux-vdso|ld-linux-x86-64|libc|libm|libdl|libpthread|librt|libresolv|libutil"
                            + "|libanl|libstdc\\+\\+|libgcc_s");

    @TempDir Path directory;

    @Test
    void everythingElseComesFromTheExtractionFolder() throws Exception {
        final Path engine = extract();
        final List<String> resolved = resolve(engine);
        assertThat(resolved).isNotEmpty();
        final Pattern line = Pattern.compile("\\s*(\\S+?)(?: => (\\S+))? \\(0x.*");
        int ours = 0;
        for (String text : resolved) {
            final Matcher matcher = line.matcher(text);
            assertThat(matcher.matches()).as("resolved: %s", text).isTrue();
            final String name = Path.of(matcher.group(1)).getFileName().toString();
            final String path = matcher.group(2);
            if (path != null && Path.of(path).normalize().startsWith(directory)) {
                ours++;
            } else {
                assertThat(name.replaceFirst("\\.so.*", "")).matches(RUN_TIME);
            }
        }
        // Every library of the jar is there because something needs it.
        assertThat(ours).isEqualTo(description().getProperty("shared").split(",").length);
    }

    @Test
    void descriptionNamesTheFloors() throws Exception {
        assertThat(description().getProperty("glibc")).matches("2\\.\\d+");
        assertThat(description().getProperty("glibcxx")).matches("3\\.4\\.\\d+");
    }

    private Path extract() throws IOException {
        for (String library : description().getProperty("shared").split(",")) {
            copy(library, directory.resolve(library));
        }
        final Path engine = directory.resolve("some-uuid-libflinkredshift.so");
        copy("libflinkredshift.so", engine);
        return engine;
    }

    /** What the dynamic linker itself says, in an empty environment. */
    private static List<String> resolve(Path library) throws Exception {
        final ProcessBuilder builder =
                new ProcessBuilder("/lib64/ld-linux-x86-64.so.2", "--list", library.toString());
        builder.environment().clear();
        final Process process = builder.redirectErrorStream(true).start();
        final String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    private static Properties description() throws IOException {
        final Properties properties = new Properties();
        try (InputStream input =
                NativeLibrariesTest.class.getResourceAsStream(RESOURCES + "libraries.properties")) {
            properties.load(input);
        }
        return properties;
    }

    private static void copy(String library, Path target) throws IOException {
        try (InputStream input =
                NativeLibrariesTest.class.getResourceAsStream(RESOURCES + library)) {
            Files.copy(input, target);
        }
    }
}
