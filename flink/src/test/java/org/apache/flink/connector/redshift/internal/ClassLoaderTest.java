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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** A JVM that sees many class loaders with the connector, as a TaskManager does, stays well. */
class ClassLoaderTest {

    private static final int LOADERS = 20;

    @TempDir Path directory;

    @Test
    void twentyClassLoadersWriteThroughS3AndTheJvmEndsCleanly() throws Exception {
        final LocalWarehouse warehouse = LocalWarehouse.shared();
        final String table = LocalWarehouse.newTable("loaders");
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");

        final Map<String, String> options = warehouse.options("copy", table);
        final OtherJvm.Result result =
                OtherJvm.run(
                        ClassLoaderChurn.class,
                        directory,
                        List.of("-Xmx256m"),
                        ClassLoaderChurn.properties(LOADERS, options));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("wrote from " + LOADERS + " class loaders");
        assertThat(result.output()).contains("class loaders kept 0");
        // One mapped Arrow, however many loaders; no library left behind, and no crash report.
        assertThat(result.output()).contains("arrow mapped 1");
        try (Stream<Path> left = Files.list(directory.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("hs_err") || name.startsWith("core"));
        }
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isEqualTo(LOADERS);
    }
}
