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
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What copy mode and jdbc mode write of the same rows is the same, and is what was given. */
class ModesAgreeTest {

    private static final String COLUMNS =
            "id, b, i1, i2, i4, i8, f4::float8, f8, d38, d19, d9, c, v, t, d, tm, ts, tz";

    private static final DataType SCHEMA =
            DataTypes.ROW(
                    DataTypes.FIELD("id", DataTypes.INT().notNull()),
                    DataTypes.FIELD("b", DataTypes.BOOLEAN()),
                    DataTypes.FIELD("i1", DataTypes.TINYINT()),
                    DataTypes.FIELD("i2", DataTypes.SMALLINT()),
                    DataTypes.FIELD("i4", DataTypes.INT()),
                    DataTypes.FIELD("i8", DataTypes.BIGINT()),
                    DataTypes.FIELD("f4", DataTypes.FLOAT()),
                    DataTypes.FIELD("f8", DataTypes.DOUBLE()),
                    DataTypes.FIELD("d38", DataTypes.DECIMAL(38, 37)),
                    DataTypes.FIELD("d19", DataTypes.DECIMAL(19, 0)),
                    DataTypes.FIELD("d9", DataTypes.DECIMAL(9, 2)),
                    DataTypes.FIELD("c", DataTypes.CHAR(4)),
                    DataTypes.FIELD("v", DataTypes.VARCHAR(64)),
                    DataTypes.FIELD("t", DataTypes.STRING()),
                    DataTypes.FIELD("d", DataTypes.DATE()),
                    DataTypes.FIELD("tm", DataTypes.TIME(3)),
                    DataTypes.FIELD("ts", DataTypes.TIMESTAMP(6)),
                    DataTypes.FIELD("tz", DataTypes.TIMESTAMP_LTZ(6)));

    private static final List<String> TABLES = List.of("modes_copy", "modes_jdbc");

    private static final LocalWarehouse WAREHOUSE = LocalWarehouse.shared();

    @BeforeAll
    static void write() throws Exception {
        for (String table : TABLES) {
            WAREHOUSE.execute(
                    "CREATE TABLE "
                            + table
                            + " (id INTEGER NOT NULL, b BOOLEAN, i1 SMALLINT, i2 SMALLINT, i4 INTEGER,"
                            + " i8 BIGINT, f4 REAL, f8 DOUBLE PRECISION, d38 DECIMAL(38,37),"
                            + " d19 DECIMAL(19,0), d9 DECIMAL(9,2), c CHAR(4), v VARCHAR(256),"
                            + " t VARCHAR(65535), d DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMPTZ)");
            final List<GenericRowData> rows = rows();
            final StreamExecutionEnvironment environment = Jobs.environment(1);
            environment
                    .fromSequence(0, rows.size() - 1)
                    .sinkTo(
                            RedshiftSink.<Long>builder()
                                    .setOptions(
                                            WAREHOUSE.options(
                                                    table.substring("modes_".length()), table))
                                    .setSchema(SCHEMA)
                                    .setConverter(index -> rows().get(index.intValue()))
                                    .build());
            environment.execute();
        }
    }

    @Test
    void everyValueIsTheSameInBothModes() throws Exception {
        final List<List<String>> copied = select(COLUMNS, TABLES.get(0));
        assertThat(copied).hasSize(rows().size());
        assertThat(select(COLUMNS, TABLES.get(1))).isEqualTo(copied);
    }

    @Test
    void emptyTextAndNullStayDifferent() throws Exception {
        for (String table : TABLES) {
            assertThat(select("id, t IS NULL, CHAR_LENGTH(t)", table).get(0))
                    .containsExactly("0", "t", null);
            assertThat(
                            WAREHOUSE.number(
                                    "SELECT COUNT(*) FROM " + table + " WHERE t = '' AND v = ''"))
                    .isEqualTo(1);
        }
    }

    @Test
    void textArrivesByteForByte() throws Exception {
        final List<String> texts =
                rows().stream()
                        .map(row -> row.isNullAt(13) ? null : row.getString(13).toString())
                        .toList();
        for (String table : TABLES) {
            assertThat(select("t", table).stream().map(row -> row.get(0)).toList())
                    .isEqualTo(texts);
        }
    }

    @Test
    void numbersAndTimesAtTheirEdgesArriveAsGiven() throws Exception {
        for (String table : TABLES) {
            assertThat(select("d38, d19, d9, i8", table).subList(1, 3))
                    .containsExactly(
                            List.of(
                                    "-9.9999999999999999999999999999999999999",
                                    "-9223372036854775807",
                                    "-9999999.99",
                                    "-9223372036854775808"),
                            List.of(
                                    "9.9999999999999999999999999999999999999",
                                    "9223372036854775807",
                                    "0.05",
                                    "9223372036854775807"));
            assertThat(
                            select(
                                            "CAST(d AS VARCHAR), CAST(tm AS VARCHAR), CAST(ts AS VARCHAR)",
                                            table)
                                    .subList(1, 3))
                    .containsExactly(
                            List.of("0001-01-01", "00:00:00", "0001-01-01 00:00:00.000001"),
                            List.of("9999-12-31", "23:59:59.999", "9999-12-31 23:59:59.999999"));
            assertThat(select("CAST(f4 AS VARCHAR), CAST(f8 AS VARCHAR)", table).subList(3, 6))
                    .containsExactly(
                            List.of("NaN", "NaN"),
                            List.of("Infinity", "-Infinity"),
                            List.of("-0", "-0"));
            assertThat(
                            WAREHOUSE.query(
                                    "SELECT EXTRACT(epoch FROM tz) FROM "
                                            + table
                                            + " WHERE id = 6"))
                    .containsExactly(List.of("0.000001"));
        }
    }

    private static List<List<String>> select(String columns, String table) throws Exception {
        return WAREHOUSE.query("SELECT " + columns + " FROM " + table + " ORDER BY id");
    }

    private static List<GenericRowData> rows() {
        final List<GenericRowData> rows = new ArrayList<>();
        // Row 0: NULL everywhere. Rows 1 and 2: the edges of each type.
        rows.add(row());
        rows.add(
                row(
                        true,
                        Byte.MIN_VALUE,
                        Short.MIN_VALUE,
                        Integer.MIN_VALUE,
                        Long.MIN_VALUE,
                        Float.MIN_NORMAL,
                        Double.MIN_VALUE,
                        decimal("-9.9999999999999999999999999999999999999", 38, 37),
                        decimal("-9223372036854775807", 19, 0),
                        decimal("-9999999.99", 9, 2),
                        "abcd",
                        "",
                        "",
                        day(1, 1, 1),
                        0,
                        time(1, 1, 1, 0, 0, 0, 1000),
                        instant("0001-01-01T00:00:00.000001Z")));
        rows.add(
                row(
                        false,
                        Byte.MAX_VALUE,
                        Short.MAX_VALUE,
                        Integer.MAX_VALUE,
                        Long.MAX_VALUE,
                        Float.MAX_VALUE,
                        Double.MAX_VALUE,
                        decimal("9.9999999999999999999999999999999999999", 38, 37),
                        decimal("9223372036854775807", 19, 0),
                        decimal("0.05", 9, 2),
                        "z",
                        "é".repeat(64),
                        "0123456789abcde".repeat(4369),
                        day(9999, 12, 31),
                        86_399_999,
                        time(9999, 12, 31, 23, 59, 59, 999_999_000),
                        instant("9999-12-31T23:59:59.999999Z")));
        rows.add(numbers(Float.NaN, Double.NaN));
        rows.add(numbers(Float.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        rows.add(numbers(-0.0f, -0.0));
        rows.add(
                row(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        instant("1970-01-01T00:00:00.000001Z")));
        // Texts that are markers of NULL somewhere, quotes, line ends, and every Unicode plane.
        final List<String> texts =
                new ArrayList<>(
                        List.of(
                                "\\N",
                                "NULL",
                                "@NULL@",
                                "null",
                                "\\",
                                "\\\\",
                                "\"",
                                "\"\"",
                                "'",
                                ",",
                                " ",
                                " x ",
                                "a,b",
                                "a\"b",
                                "line\nend",
                                "line\r\nend",
                                "tab\t",
                                "\\.",
                                "\\n",
                                "\u0001\u007f",
                                "é",
                                "\u00a0",
                                "\ufeff"));
        for (int plane = 0; plane <= 16; plane++) {
            texts.add(Character.toString(plane * 0x10000 + 0x4e2d) + "|" + plane);
        }
        texts.add(Character.toString(0x10ffff));
        texts.forEach(text -> rows.add(text(text)));
        IntStream.range(0, rows.size()).forEach(id -> rows.get(id).setField(0, id));
        return rows;
    }

    private static GenericRowData numbers(float f4, double f8) {
        return row(null, null, null, null, null, f4, f8);
    }

    private static GenericRowData text(String text) {
        return row(null, null, null, null, null, null, null, null, null, null, null, text, text);
    }

    /** A row without its id; texts are given as String; what is missing is NULL. */
    private static GenericRowData row(Object... fields) {
        final GenericRowData row =
                new GenericRowData(((RowType) SCHEMA.getLogicalType()).getFieldCount());
        for (int i = 0; i < fields.length; i++) {
            row.setField(
                    i + 1,
                    fields[i] instanceof String text ? StringData.fromString(text) : fields[i]);
        }
        return row;
    }

    private static DecimalData decimal(String text, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(text), precision, scale);
    }

    private static int day(int year, int month, int day) {
        return (int) LocalDate.of(year, month, day).toEpochDay();
    }

    private static TimestampData time(
            int year, int month, int day, int hour, int minute, int second, int nanos) {
        return TimestampData.fromLocalDateTime(
                LocalDateTime.of(year, month, day, hour, minute, second, nanos));
    }

    private static TimestampData instant(String text) {
        return TimestampData.fromInstant(Instant.parse(text));
    }
}
