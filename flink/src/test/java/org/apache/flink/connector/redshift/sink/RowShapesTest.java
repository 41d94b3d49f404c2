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

import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Rows in every form in which Flink may hand them to a sink arrive as they are. */
class RowShapesTest {

    /** 30 columns of the longest text: a row of 1.9 MB, larger than the hand-over buffer. */
    private static final int TEXTS = 30;

    private static final DataType SCHEMA = schema();

    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void genericRowsBinaryRowsAndRowsAcrossSegmentsOfEverySize(String mode) throws Exception {
        final String table = LocalWarehouse.newTable("shapes");
        final StringBuilder ddl = new StringBuilder("CREATE TABLE " + table + " (id BIGINT");
        for (int i = 0; i < TEXTS; i++) {
            ddl.append(", t").append(i).append(" VARCHAR(65535)");
        }
        warehouse.execute(ddl + ")");

        final StreamExecutionEnvironment environment = Jobs.environment(1);
        environment
                .fromSequence(0, 59)
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(warehouse.options(mode, table))
                                .setSchema(SCHEMA)
                                .setConverter(RowShapesTest::row)
                                .build());
        environment.execute();

        final List<List<String>> expected = new ArrayList<>();
        for (long id = 0; id < 60; id++) {
            final List<String> row = new ArrayList<>();
            row.add(String.valueOf(id));
            row.add(text(id, 0));
            row.add(text(id, TEXTS - 1));
            row.add(String.valueOf(TEXTS * length(id)));
            expected.add(row);
        }
        final StringBuilder sum = new StringBuilder("0");
        for (int i = 0; i < TEXTS; i++) {
            sum.append(" + CHAR_LENGTH(t").append(i).append(")");
        }
        assertThat(
                        warehouse.query(
                                "SELECT id, t0, t"
                                        + (TEXTS - 1)
                                        + ", "
                                        + sum
                                        + " FROM "
                                        + table
                                        + " ORDER BY id"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"3, a row of 3 fields", "-1, null"})
    void rowOfAnotherShapeThanTheSchemaIsRefused(int fields, String named) throws Exception {
        final String table = LocalWarehouse.newTable("shapes");
        warehouse.execute("CREATE TABLE " + table + " (a BIGINT, b BIGINT)");
        final StreamExecutionEnvironment environment = Jobs.environment(1);
        environment
                .fromSequence(0, 9)
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(warehouse.options("jdbc", table))
                                .setSchema(
                                        DataTypes.ROW(
                                                DataTypes.FIELD("a", DataTypes.BIGINT()),
                                                DataTypes.FIELD("b", DataTypes.BIGINT())))
                                .setConverter(
                                        id -> fields < 0 ? null : GenericRowData.of(id, id, id))
                                .build());
        assertThatThrownBy(environment::execute)
                .rootCause()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("returned " + named)
                .hasMessageContaining("public." + table + " was given a schema of 2 columns");
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isZero();
    }

    private static RowData row(long id) {
        final GenericRowData row = new GenericRowData(TEXTS + 1);
        row.setField(0, id);
        for (int i = 0; i < TEXTS; i++) {
            row.setField(i + 1, StringData.fromString(text(id, i)));
        }
        if (id % 3 == 0) {
            return row;
        }
        final BinaryRowData binary =
                new RowDataSerializer((RowType) SCHEMA.getLogicalType()).toBinaryRow(row, true);
        return id % 3 == 1 ? binary : acrossSegments(binary, 512);
    }

    /** The same row as it looks when it comes out of paged memory. */
    private static BinaryRowData acrossSegments(BinaryRowData row, int segmentSize) {
        final int start = segmentSize - 264;
        final int count = (start + row.getSizeInBytes() + segmentSize - 1) / segmentSize;
        final MemorySegment[] segments = new MemorySegment[count];
        int copied = 0;
        for (int i = 0; i < count; i++) {
            segments[i] = MemorySegmentFactory.wrap(new byte[segmentSize]);
            final int at = i == 0 ? start : 0;
            final int bytes = Math.min(segmentSize - at, row.getSizeInBytes() - copied);
            row.getSegments()[0].copyTo(row.getOffset() + copied, segments[i], at, bytes);
            copied += bytes;
        }
        final BinaryRowData result = new BinaryRowData(TEXTS + 1);
        result.pointTo(segments, start, row.getSizeInBytes());
        return result;
    }

    private static int length(long id) {
        return id == 40 || id == 41 ? 65_000 : (int) (id * 17 % 300);
    }

    private static String text(long id, int column) {
        return String.valueOf((char) ('a' + (id + column) % 26)).repeat(length(id));
    }

    private static DataType schema() {
        final List<DataTypes.Field> fields = new ArrayList<>();
        fields.add(DataTypes.FIELD("id", DataTypes.BIGINT()));
        for (int i = 0; i < TEXTS; i++) {
            fields.add(DataTypes.FIELD("t" + i, DataTypes.STRING()));
        }
        return DataTypes.ROW(fields.toArray(new DataTypes.Field[0]));
    }
}
