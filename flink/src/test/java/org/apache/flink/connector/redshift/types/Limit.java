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

import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a column's values end: some that it holds, just inside, and some that it does not, just
 * outside.
 *
 * @param outside in Flink's internal form, as no class of Java's holds them all
 * @param reason words of the message that refuses those outside
 */
record Limit(ColumnType<?> type, List<?> inside, List<Object> outside, String reason) {

    private static final LocalDate YEAR_0 = LocalDate.of(0, 12, 31);
    private static final LocalDate YEAR_10000 = LocalDate.of(10_000, 1, 1);

    /** Those of every type that goes this way. */
    static List<Limit> of(Way way) {
        return Stream.of(
                        numbers(),
                        texts(),
                        times(),
                        nested(),
                        way == Way.JDBC ? longestInStatements() : longestInFiles())
                .flatMap(List::stream)
                .filter(limit -> way.carries(limit.type))
                .toList();
    }

    private static List<Limit> longestInFiles() {
        return List.of(
                limit(
                        Scalars.varbinary(2_000_000).inColumn("VARBYTE(1024000)"),
                        List.of(Scalars.filled(1_024_000, 0x7f)),
                        List.of(Scalars.filled(1_024_001, 0x7f)),
                        "more than VARBYTE(1024000)"),
                limit(
                        Nested.array(Scalars.string()).selected(column -> column),
                        List.of(List.of("x".repeat(65_535)), List.of("😀".repeat(16_383))),
                        List.of(array(text("x".repeat(65_536))), array(text("é".repeat(32_768)))),
                        "65535 bytes that a text in SUPER has"));
    }

    /** The functions that make VARBYTE and SUPER out of text take 65,535 bytes of it. */
    private static List<Limit> longestInStatements() {
        return List.of(
                limit(
                        Scalars.varbinary(2_000_000).inColumn("VARBYTE(1024000)"),
                        List.of(Scalars.filled(32_767, 0x7f)),
                        List.of(Scalars.filled(32_768, 0x7f)),
                        "copy mode takes more"),
                limit(
                        Nested.array(Scalars.string()),
                        List.of(List.of("x".repeat(65_531)), List.of("😀".repeat(16_382))),
                        List.of(array(text("x".repeat(65_532))), array(text("é".repeat(32_766)))),
                        "copy mode takes more"));
    }

    private static List<Limit> numbers() {
        return List.of(
                limit(
                        Scalars.bigInt().inColumn("DECIMAL(19,0)"),
                        List.of(Long.MIN_VALUE + 1, Long.MAX_VALUE),
                        List.of(Long.MIN_VALUE),
                        "64 bits"),
                limit(
                        Scalars.decimal(19, 0),
                        List.of(
                                new BigDecimal("9223372036854775807"),
                                new BigDecimal("-9223372036854775807")),
                        List.of(
                                decimal("9223372036854775808", 19, 0),
                                decimal("-9999999999999999999", 19, 0)),
                        "64 bits"),
                limit(
                        Scalars.decimal(19, 2),
                        List.of(new BigDecimal("92233720368547758.07")),
                        List.of(
                                decimal("92233720368547758.08", 19, 2),
                                decimal("-92233720368547758.09", 19, 2)),
                        "64 bits"),
                limit(
                        Scalars.decimal(5, 2),
                        List.of(new BigDecimal("999.99"), new BigDecimal("-999.99")),
                        List.of(
                                DecimalData.fromUnscaledLong(100_000, 5, 2),
                                DecimalData.fromUnscaledLong(-100_000, 5, 2)),
                        "more digits than DECIMAL(5, 2)"));
    }

    private static List<Limit> texts() {
        final List<Limit> limits = new ArrayList<>();
        limits.add(
                limit(
                        Scalars.character(4),
                        List.of("abcd", "\u007f"),
                        texts("abcde", "     "),
                        "longer than CHAR(4)"));
        limits.add(
                limit(Scalars.character(4), List.of("abc"), texts("é", "\u0080"), "outside ASCII"));
        limits.add(
                limit(
                        Scalars.varchar(20).inColumn("VARCHAR(12)"),
                        List.of("x".repeat(12), "é".repeat(6), "表".repeat(4), "😀".repeat(3)),
                        texts("x".repeat(13), "é".repeat(6) + "x", "表".repeat(4) + "x", "😀😀😀 "),
                        "longer than VARCHAR(12)"));
        limits.add(
                limit(
                        Scalars.string(),
                        List.of("x".repeat(65_535), "é".repeat(32_767) + "x", "😀".repeat(16_383)),
                        texts("x".repeat(65_536), "é".repeat(32_768), "😀".repeat(16_384)),
                        "longer than VARCHAR(65535)"));
        limits.add(
                limit(Scalars.string(), List.of("\u0001"), texts("\u0000", "a\u0000b"), "U+0000"));
        limits.add(
                limit(
                        Scalars.string(),
                        List.of("\ud7ff", "\ue000", Character.toString(0x10ffff)),
                        Stream.of("80", "c328", "c0af", "eda080", "f4908080", "e282")
                                .map(
                                        hex ->
                                                (Object)
                                                        StringData.fromBytes(
                                                                HexFormat.of().parseHex(hex)))
                                .toList(),
                        "UTF-8"));
        limits.add(
                limit(
                        Scalars.varbinary(8).inColumn("VARBYTE(4)"),
                        List.of(Scalars.filled(4, 0xff)),
                        List.of(Scalars.filled(5, 0)),
                        "more than VARBYTE(4)"));
        return limits;
    }

    private static List<Limit> times() {
        return List.of(
                limit(
                        Scalars.date(),
                        List.of(YEAR_0.plusDays(1), YEAR_10000.minusDays(1)),
                        List.of(
                                (int) YEAR_0.toEpochDay(),
                                (int) YEAR_10000.toEpochDay(),
                                Integer.MIN_VALUE),
                        "years 1 to 9999"),
                limit(
                        Scalars.time(),
                        List.of(LocalTime.of(23, 59, 59, 999_000_000)),
                        List.of(86_400_000, -1),
                        "outside a day"),
                limit(
                        Scalars.timestamp(6),
                        List.of(
                                YEAR_0.plusDays(1).atStartOfDay(),
                                YEAR_10000.atStartOfDay().minusNanos(1000)),
                        moments(),
                        "years 1 to 9999"),
                limit(
                        Scalars.timestampLtz(6),
                        List.of(
                                Instant.parse("0001-01-01T00:00:00Z"),
                                Instant.parse("9999-12-31T23:59:59.999999Z")),
                        moments(),
                        "years 1 to 9999"),
                limit(
                        Scalars.daysToSeconds(),
                        List.of(
                                Duration.ofMillis(Long.MAX_VALUE / 1000),
                                Duration.ofMillis(Long.MIN_VALUE / 1000)),
                        List.of(Long.MAX_VALUE / 1000 + 1, Long.MIN_VALUE),
                        "interval"));
    }

    private static List<Limit> nested() {
        return List.of(
                limit(
                        Nested.array(Scalars.string()),
                        List.of(List.of("\u0001\u007f")),
                        List.of(array(text("ok"), text("a\u0000b"))),
                        "U+0000"),
                limit(
                        Nested.array(Scalars.doublePrecision()),
                        List.of(List.of(Double.MAX_VALUE, Double.MIN_VALUE)),
                        List.of(array(Double.NaN), array(1.0, Double.NEGATIVE_INFINITY)),
                        "which JSON cannot hold"),
                limit(
                        Nested.array(Scalars.real()),
                        List.of(List.of(Float.MAX_VALUE)),
                        List.of(array(Float.NaN), array(Float.POSITIVE_INFINITY)),
                        "which JSON cannot hold"),
                limit(
                        Nested.array(Scalars.date()),
                        List.of(List.of(YEAR_10000.minusDays(1))),
                        List.of(array((int) YEAR_10000.toEpochDay())),
                        "years 1 to 9999"),
                limit(
                        Nested.map(Scalars.string(), Scalars.integer()),
                        List.of(List.of()),
                        List.of(new GenericMapData(Collections.singletonMap(null, 1))),
                        "NULL"));
    }

    private static Limit limit(ColumnType<?> type, List<?> inside, List<?> outside, String reason) {
        return new Limit(type, inside, List.copyOf(outside), reason);
    }

    private static Object text(String text) {
        return StringData.fromString(text);
    }

    private static List<Object> texts(String... texts) {
        return Stream.of(texts).map(Limit::text).toList();
    }

    private static Object array(Object... elements) {
        return new GenericArrayData(elements);
    }

    private static DecimalData decimal(String text, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(text), precision, scale);
    }

    private static List<Object> moments() {
        final LocalDateTime end = YEAR_10000.atStartOfDay();
        return List.of(
                TimestampData.fromLocalDateTime(YEAR_0.plusDays(1).atStartOfDay().minusNanos(1000)),
                TimestampData.fromLocalDateTime(end),
                TimestampData.fromEpochMillis(Long.MAX_VALUE),
                TimestampData.fromEpochMillis(Long.MIN_VALUE));
    }
}
