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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The main class of {@link MemoryTest}. */
final class GigabyteOfRows {

    static final int TEXTS = 40;
    private static final int ROWS_PER_BUFFER = 10;
    private static final int BUFFERS = 1040;
    private static final String OPTION = "memory.option.";

    private GigabyteOfRows() {}

    static Map<String, String> properties(Map<String, String> options) {
        final Map<String, String> properties = new HashMap<>();
        options.forEach((key, value) -> properties.put(OPTION + key, value));
        return properties;
    }

    public static void main(String[] arguments) throws Exception {
        final Map<String, String> options = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith(OPTION)) {
                options.put(name.substring(OPTION.length()), System.getProperty(name));
            }
        }
        final long before = kilobytes("VmRSS");
        NativeWrites.stage(options, BUFFERS, ROWS_PER_BUFFER, TEXTS);
        // The peak, which the kernel keeps: libraries, connections and Arrow's pool are in it.
        final long after = kilobytes("VmHWM");
        System.out.printf(
                "staged %d MB, native memory grew by %d MB%n", BUFFERS, (after - before) / 1024);
    }

    private static long kilobytes(String name) throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
