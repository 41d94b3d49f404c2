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

import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.OtherJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Native memory is bounded, whatever the amount of rows. */
class MemoryTest {

    @TempDir Path directory;

    @Test
    void gigabyteOfRowsStaysWithinCopyMemory() throws Exception {
        final LocalWarehouse warehouse = LocalWarehouse.shared();
        final String table = LocalWarehouse.newTable("memory");
        final StringBuilder ddl = new StringBuilder("CREATE TABLE " + table + " (id BIGINT");
        for (int i = 0; i < GigabyteOfRows.TEXTS; i++) {
            ddl.append(", t").append(i).append(" VARCHAR(4096)");
        }
        warehouse.execute(ddl + ")");
        final Map<String, String> options = warehouse.options("copy", table);
        options.put("sink.copy.memory", "64mb");

        final OtherJvm.Result result =
                OtherJvm.run(
                        GigabyteOfRows.class,
                        directory,
                        List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch"),
                        GigabyteOfRows.properties(options));

        assertThat(result.exitCode()).as(result.output()).isZero();
        final Matcher figures =
                Pattern.compile("staged (\\d+) MB, native memory grew by (\\d+) MB")
                        .matcher(result.output());
        assertThat(figures.find()).as(result.output()).isTrue();
        System.out.println("MemoryTest: " + figures.group());
        assertThat(Long.parseLong(figures.group(1))).isGreaterThanOrEqualTo(1000);
        // 64 MB as asked for, and room for libraries, connections and the allocator.
        assertThat(Long.parseLong(figures.group(2))).isLessThan(220);
    }
}
