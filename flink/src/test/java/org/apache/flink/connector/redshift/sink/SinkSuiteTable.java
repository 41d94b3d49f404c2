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

package org.apache.flink.connector.redshift.sink;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.testframe.external.ExternalContextFactory;
import org.apache.flink.connector.testframe.external.ExternalSystemDataReader;
import org.apache.flink.connector.testframe.external.sink.DataStreamSinkV2ExternalContext;
import org.apache.flink.connector.testframe.external.sink.TestingSinkSettings;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

import java.net.URL;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Flink's suite for sinks needs to know of ours: one table of one test. An element is {@code
 * <number>:<text>}; the two are the columns of its row. Each number occurs once, so a key changes
 * nothing about what must be in the table.
 *
 * <p>It is stricter than the suite, which would wait for ever: where rows are to be there exactly
 * once, a row that is there twice fails the test at once, also when it comes after the suite has
 * looked.
 */
final class SinkSuiteTable implements DataStreamSinkV2ExternalContext<String> {

    private static final int ROWS = 500;
    private static final String[] SIGNS = {"a", "Z", "7", " ", "'", "\"", "\\", "|", ",", "ž", "語"};

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("suite");
    private final String mode;
    private final boolean keyed;
    private boolean exactlyOnce;
    private boolean created;

    private SinkSuiteTable(String mode, boolean keyed) {
        this.mode = mode;
        this.keyed = keyed;
    }

    static ExternalContextFactory<SinkSuiteTable> of(String mode, boolean keyed) {
        return testName -> new SinkSuiteTable(mode, keyed);
    }

    @Override
    public List<String> generateTestData(TestingSinkSettings settings, long seed) {
        final Random random = new Random(seed);
        return IntStream.range(0, ROWS)
                .mapToObj(
                        number ->
                                number
                                        + ":"
                                        + random.ints(random.nextInt(30), 0, SIGNS.length)
                                                .mapToObj(sign -> SIGNS[sign])
                                                .collect(Collectors.joining())
                                        // Redshift takes trailing blanks for insignificant.
                                        + ".")
                .toList();
    }

    @Override
    public Sink<String> createSink(TestingSinkSettings settings) {
        exactlyOnce = semantics(settings) == CheckpointingMode.EXACTLY_ONCE;
        createTable();
        final RedshiftSinkBuilder<String> builder =
                RedshiftSink.<String>builder()
                        .setOptions(warehouse.options(mode, table))
                        .setOption(
                                "sink.delivery-guarantee",
                                exactlyOnce ? "exactly-once" : "at-least-once")
                        .setSchema(
                                DataTypes.ROW(
                                        DataTypes.FIELD("number", DataTypes.BIGINT().notNull()),
                                        DataTypes.FIELD("text", DataTypes.STRING())))
                        .setConverter(SinkSuiteTable::toRow);
        if (keyed) {
            builder.setPrimaryKey("number");
        }
        return builder.build();
    }

    /** Flink 2.3 has a getter of the older class only. */
    @SuppressWarnings("deprecation")
    private static CheckpointingMode semantics(TestingSinkSettings settings) {
        return CheckpointingMode.valueOf(settings.getCheckpointingMode().name());
    }

    private void createTable() {
        if (created) {
            return;
        }
        created = true;
        try {
            warehouse.execute(
                    "CREATE TABLE "
                            + table
                            + " (number BIGINT NOT NULL, text VARCHAR(200)"
                            + (keyed ? ", PRIMARY KEY (number))" : ")"));
        } catch (SQLException error) {
            throw new IllegalStateException(error);
        }
    }

    private static GenericRowData toRow(String element) {
        final int colon = element.indexOf(':');
        return GenericRowData.of(
                Long.valueOf(element.substring(0, colon)),
                StringData.fromString(element.substring(colon + 1)));
    }

    @Override
    public ExternalSystemDataReader<String> createSinkDataReader(TestingSinkSettings settings) {
        return new Reader();
    }

    @Override
    public TypeInformation<String> getProducedType() {
        return Types.STRING;
    }

    @Override
    public List<URL> getConnectorJarPaths() {
        // Its classes and libraries are on the class path already.
        return List.of();
    }

    private List<String> rows() {
        final List<String> rows = new ArrayList<>();
        try {
            for (List<String> row : warehouse.query("SELECT number, text FROM " + table)) {
                rows.add(row.get(0) + ":" + row.get(1));
            }
        } catch (SQLException error) {
            throw new IllegalStateException(error);
        }
        if (exactlyOnce || keyed) {
            assertThat(rows).as("rows of %s", table).doesNotHaveDuplicates();
        }
        return rows;
    }

    /** After each test, when its jobs have ended. */
    @Override
    public void close() {
        rows();
    }

    @Override
    public String toString() {
        return mode + (keyed ? ", keyed" : "");
    }

    /** Returns each row once, when it has become visible; a repeat of it only where it may be. */
    private final class Reader implements ExternalSystemDataReader<String> {

        private final Set<String> seen = new HashSet<>();

        @Override
        public List<String> poll(Duration timeout) {
            final Instant deadline = Instant.now().plus(timeout);
            while (true) {
                final List<String> fresh = rows().stream().filter(seen::add).toList();
                if (!fresh.isEmpty() || Instant.now().isAfter(deadline)) {
                    return fresh;
                }
                try {
                    Thread.sleep(20);
                } catch (InterruptedException error) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Rows are missing in " + table, error);
                }
            }
        }

        @Override
        public void close() {}
    }
}
