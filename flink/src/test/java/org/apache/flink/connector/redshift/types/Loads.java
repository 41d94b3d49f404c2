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

package org.apache.flink.connector.redshift.types;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.redshift.sink.RedshiftSink;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.RowData;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** Writes tables through the sink, all of them in one job. */
final class Loads {

    /** Where the converters find their rows: the job runs in this JVM. */
    private static final Map<String, IntFunction<RowData>> ROWS = new ConcurrentHashMap<>();

    private final StreamExecutionEnvironment environment;

    Loads() {
        this(1, new Configuration());
    }

    private Loads(int parallelism, Configuration settings) {
        environment = Jobs.environment(parallelism, settings);
    }

    /** Rows come out of one source; every sink has so many writers. */
    static Loads withParallelSinks(int parallelism) {
        return new Loads(parallelism, new Configuration());
    }

    static Loads withoutRestarts() {
        final Configuration settings = new Configuration();
        settings.setString("restart-strategy.type", "none");
        return new Loads(1, settings);
    }

    /** Adds a new table and an append of all rows to it; returns the table's name. */
    String append(TestTable table, Way way) throws Exception {
        return append(table, way, Map.of());
    }

    String append(TestTable table, Way way, Map<String, String> more) throws Exception {
        final String name = LocalWarehouse.newTable("types");
        LocalWarehouse.shared().execute(table.createStatement(name));
        into(name, table, way, List.of(), more);
        return name;
    }

    /**
     * Adds a new table with the key {@code id}, where each row replaces another; returns its name.
     */
    String replace(TestTable table, Way way) throws Exception {
        final String name = LocalWarehouse.newTable("types");
        LocalWarehouse.shared().execute(table.createStatement(name));
        final int rows = table.size();
        write(
                name,
                2L * rows,
                number ->
                        number < rows
                                ? table.internal(number, (number + 1) % rows)
                                : table.internal(number - rows),
                table.schema(List.of("id")),
                way,
                Map.of());
        return name;
    }

    /** Adds a write of all rows into a table that is there. */
    void into(String name, TestTable table, Way way, List<String> key, Map<String, String> more) {
        write(name, table.size(), table::internal, table.schema(key), way, more);
    }

    private void write(
            String name,
            long count,
            IntFunction<RowData> rows,
            ResolvedSchema schema,
            Way way,
            Map<String, String> more) {
        ROWS.put(name, rows);
        final Map<String, String> options =
                new HashMap<>(
                        LocalWarehouse.shared()
                                .options(more.containsKey("s3-uri") ? "copy" : way.mode, name));
        options.put("sink.write.mode", way.mode);
        options.putAll(way.options);
        options.putAll(more);
        final RedshiftSink<Long> sink =
                RedshiftSink.<Long>builder()
                        .setOptions(options)
                        .setSchema(schema)
                        .setConverter(number -> row(name, number.intValue()))
                        .build();
        environment.fromSequence(0, count - 1).setParallelism(1).sinkTo(sink).name(name);
    }

    void run() throws Exception {
        environment.execute();
    }

    private static RowData row(String table, int number) {
        return ROWS.get(table).apply(number);
    }
}
