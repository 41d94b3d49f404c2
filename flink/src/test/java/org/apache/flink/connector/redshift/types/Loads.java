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

import org.apache.flink.connector.redshift.sink.RedshiftSink;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Writes tables through the sink, all of them in one job. */
final class Loads {

    /** Where the converters find their rows: the job runs in this JVM. */
    private static final Map<String, TestTable> TABLES = new ConcurrentHashMap<>();

    private final StreamExecutionEnvironment environment = Jobs.environment(1);

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

    /** Adds a write of all rows into a table that is there. */
    void into(String name, TestTable table, Way way, List<String> key, Map<String, String> more) {
        TABLES.put(name, table);
        final Map<String, String> options =
                new HashMap<>(LocalWarehouse.shared().options(way.mode, name));
        options.putAll(way.options);
        options.putAll(more);
        environment
                .fromSequence(0, table.size() - 1)
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(options)
                                .setSchema(table.schema(key))
                                .setConverter(number -> row(name, number.intValue()))
                                .build())
                .name(name);
    }

    void run() throws Exception {
        environment.execute();
    }

    private static RowData row(String table, int number) {
        return TABLES.get(table).internal(number);
    }
}
