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

import org.apache.flink.connector.redshift.types.ColumnType.JsonForm;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/** The types of columns that hold one value each. */
final class Scalars {

    private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);
    private static final long DAYS = ChronoUnit.DAYS.between(FIRST_DAY, LAST_DAY) + 1;

    /** What every reader of JSON takes exactly; docs/adr/0016. */
    private static final int DIGITS_OF_JSON_NUMBER = 15;

    private static final long SECONDS_PER_DAY = 86_400;

    private Scalars() {}

    static ColumnType<Boolean> bool() {
        return ColumnType.<Boolean>of(DataTypes.BOOLEAN(), "BOOLEAN")
                .edges(List.of(true, false))
                .random(Random::nextBoolean)
                .fromText(text -> oneOf(text, "t", "f").equals("t"))
                .inJson(JsonForm.TRUTH, text -> oneOf(text, "true", "false").equals("true"))
                .inParquet()
                .plain();
    }

    static ColumnType<Byte> tinyInt() {
        return integer(
                DataTypes.TINYINT(), "SMALLINT", Byte.MIN_VALUE, Byte.MAX_VALUE, Long::byteValue);
    }

    static ColumnType<Short> smallInt() {
        return integer(
                DataTypes.SMALLINT(),
                "SMALLINT",
                Short.MIN_VALUE,
                Short.MAX_VALUE,
                Long::shortValue);
    }

    static ColumnType<Integer> integer() {
        return integer(
                DataTypes.INT(), "INTEGER", Integer.MIN_VALUE, Integer.MAX_VALUE, Long::intValue);
    }

    static ColumnType<Long> bigInt() {
        return integer(
                DataTypes.BIGINT(), "BIGINT", Long.MIN_VALUE, Long.MAX_VALUE, value -> value);
    }

    private static <V extends Number> ColumnType<V> integer(
            DataType flink, String redshift, long least, long most, Function<Long, V> narrow) {
        return ColumnType.<V>of(flink, redshift)
                .edges(Stream.of(least, -1L, 0L, 1L, most).map(narrow).toList())
                .random(random -> narrow.apply(random.nextLong() >> random.nextInt(64)))
                .expected(Number::longValue)
                .fromText(Long::parseLong)
                .inJson(JsonForm.NUMBER, Long::parseLong)
                .inParquet()
                .plain();
    }

    static ColumnType<Float> real() {
        return ColumnType.<Float>of(DataTypes.FLOAT(), "REAL")
                .edges(
                        List.of(
                                Float.NaN,
                                Float.POSITIVE_INFINITY,
                                Float.NEGATIVE_INFINITY,
                                -0.0f,
                                0.0f,
                                0.1f,
                                16_777_217f,
                                Float.MIN_VALUE,
                                -Float.MIN_NORMAL,
                                Float.MAX_VALUE,
                                -Float.MAX_VALUE))
                .random(random -> Float.intBitsToFloat(random.nextInt()))
                .expected(value -> Float.floatToIntBits(value))
                .selected(column -> "CAST(" + column + " AS VARCHAR)")
                .fromText(text -> Float.floatToIntBits(Float.parseFloat(text)))
                .inJson(JsonForm.NUMBER, text -> Float.floatToIntBits(Float.parseFloat(text)))
                .inParquet()
                .plain();
    }

    static ColumnType<Double> doublePrecision() {
        return ColumnType.<Double>of(DataTypes.DOUBLE(), "DOUBLE PRECISION")
                .edges(
                        List.of(
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY,
                                -0.0,
                                0.0,
                                0.1,
                                1e23,
                                2e-3,
                                9_007_199_254_740_993.0,
                                Double.MIN_VALUE,
                                -Double.MIN_NORMAL,
                                Double.MAX_VALUE,
                                -Double.MAX_VALUE))
                .random(random -> Double.longBitsToDouble(random.nextLong()))
                .expected(value -> Double.doubleToLongBits(value))
                .selected(column -> "CAST(" + column + " AS VARCHAR)")
                .fromText(text -> Double.doubleToLongBits(Double.parseDouble(text)))
                .inJson(JsonForm.NUMBER, text -> Double.doubleToLongBits(Double.parseDouble(text)))
                .inParquet()
                .plain();
    }

    /** What JSON can hold, where zero has no sign. */
    static ColumnType<Float> finiteReal() {
        return real().only(Float::isFinite)
                .expected(value -> Float.floatToIntBits(value + 0.0f))
                .inJson(
                        JsonForm.NUMBER,
                        text -> Float.floatToIntBits(Float.parseFloat(text) + 0.0f));
    }

    static ColumnType<Double> finiteDouble() {
        return doublePrecision()
                .only(Double::isFinite)
                .expected(value -> Double.doubleToLongBits(value + 0.0))
                .inJson(
                        JsonForm.NUMBER,
                        text -> Double.doubleToLongBits(Double.parseDouble(text) + 0.0));
    }

    /** Up to 19 digits Redshift keeps a number in 64 bits, which 19 digits do not quite fit. */
    static ColumnType<BigDecimal> decimal(int precision, int scale) {
        final BigInteger digits =
                BigInteger.TEN
                        .pow(precision)
                        .subtract(BigInteger.ONE)
                        .min(
                                precision == 19
                                        ? BigInteger.valueOf(Long.MAX_VALUE)
                                        : BigInteger.TEN.pow(38));
        final BigDecimal most = new BigDecimal(digits, scale);
        return ColumnType.<BigDecimal>of(
                        DataTypes.DECIMAL(precision, scale),
                        "DECIMAL(" + precision + "," + scale + ")")
                .edges(
                        List.of(
                                most,
                                most.negate(),
                                BigDecimal.valueOf(0, scale),
                                BigDecimal.valueOf(1, scale),
                                BigDecimal.valueOf(-1, scale)))
                .random(
                        random ->
                                new BigDecimal(
                                        new BigInteger(
                                                        1 + random.nextInt(digits.bitLength() - 1),
                                                        random)
                                                .multiply(
                                                        BigInteger.valueOf(
                                                                random.nextBoolean() ? 1 : -1)),
                                        scale))
                .toFlink(value -> DecimalData.fromBigDecimal(value, precision, scale))
                .expected(BigDecimal::toPlainString)
                .fromText(text -> text)
                .inJson(
                        precision <= DIGITS_OF_JSON_NUMBER ? JsonForm.NUMBER : JsonForm.TEXT,
                        text -> new BigDecimal(text).toPlainString())
                .inParquet();
    }

    /** Redshift's CHAR holds ASCII and does not tell trailing blanks. */
    static ColumnType<String> character(int characters) {
        return ColumnType.<String>of(DataTypes.CHAR(characters), "CHAR(" + characters + ")")
                .edges(Texts.asciiEdges(characters))
                .random(random -> Texts.randomAscii(random, characters))
                .toFlink(StringData::fromString)
                .expected(Scalars::withoutTrailingBlanks)
                .fromText(Scalars::withoutTrailingBlanks)
                .inParquet()
                .plain();
    }

    static ColumnType<String> varchar(int characters) {
        return text(DataTypes.VARCHAR(characters), characters, Math.min(4 * characters, 65_535));
    }

    /** A text of which trailing blanks are not told apart, as where Redshift compares. */
    static ColumnType<String> trimmed(int characters) {
        return varchar(characters)
                .expected(Scalars::withoutTrailingBlanks)
                .fromText(Scalars::withoutTrailingBlanks);
    }

    static ColumnType<String> string() {
        return text(DataTypes.STRING(), 65_535, 65_535);
    }

    private static ColumnType<String> text(DataType flink, int characters, int bytes) {
        return ColumnType.<String>of(flink, "VARCHAR(" + bytes + ")")
                .edges(Texts.edges(characters))
                .random(random -> Texts.random(random, characters, bytes))
                .toFlink(StringData::fromString)
                .fromText(text -> text)
                .inParquet()
                .plain();
    }

    static ColumnType<byte[]> binary(int bytes) {
        return ColumnType.<byte[]>of(DataTypes.BINARY(bytes), "VARBYTE(" + bytes + ")")
                .edges(List.of(new byte[bytes], filled(bytes, 0xff)))
                .random(random -> randomBytes(random, bytes))
                .expected(HexFormat.of()::formatHex)
                .fromText(text -> text)
                .inParquet();
    }

    /** Not of no bytes, which a file of CSV cannot tell from NULL. */
    static ColumnType<byte[]> varbinary(int bytes) {
        return anyBytes(bytes).only(value -> value.length > 0);
    }

    static ColumnType<byte[]> anyBytes(int bytes) {
        return ColumnType.<byte[]>of(DataTypes.VARBINARY(bytes), "VARBYTE(" + bytes + ")")
                .edges(
                        List.of(
                                new byte[0],
                                new byte[1],
                                filled(bytes, 0xff),
                                "\\x41".getBytes(StandardCharsets.UTF_8)))
                .random(random -> randomBytes(random, random.nextInt(Math.min(bytes, 64) + 1)))
                .expected(HexFormat.of()::formatHex)
                .fromText(text -> text)
                .inParquet();
    }

    static ColumnType<LocalDate> date() {
        return ColumnType.<LocalDate>of(DataTypes.DATE(), "DATE")
                .edges(
                        List.of(
                                FIRST_DAY,
                                LAST_DAY,
                                LocalDate.of(4, 2, 29),
                                LocalDate.of(1582, 10, 4),
                                LocalDate.of(1582, 10, 10),
                                LocalDate.of(1900, 2, 28),
                                LocalDate.of(1969, 12, 31),
                                LocalDate.EPOCH,
                                LocalDate.of(2000, 2, 29)))
                .random(Scalars::randomDay)
                .toFlink(day -> (int) day.toEpochDay())
                .selected(column -> "CAST(" + column + " AS VARCHAR)")
                .fromText(LocalDate::parse)
                .inParquet();
    }

    /** Flink hands over milliseconds, whatever precision is declared. */
    static ColumnType<LocalTime> time() {
        return ColumnType.<LocalTime>of(DataTypes.TIME(3), "TIME")
                .edges(
                        List.of(
                                LocalTime.MIDNIGHT,
                                LocalTime.of(0, 0, 0, 1_000_000),
                                LocalTime.NOON,
                                LocalTime.of(23, 59, 59, 999_000_000)))
                .random(random -> LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L))
                .toFlink(time -> (int) (time.toNanoOfDay() / 1_000_000))
                .selected(column -> "CAST(" + column + " AS VARCHAR)")
                .fromText(LocalTime::parse);
    }

    static ColumnType<LocalDateTime> timestamp(int precision) {
        return ColumnType.<LocalDateTime>of(DataTypes.TIMESTAMP(precision), "TIMESTAMP")
                .edges(moments(precision))
                .random(random -> randomMoment(random, precision))
                .toFlink(TimestampData::fromLocalDateTime)
                .selected(column -> "CAST(" + column + " AS VARCHAR)")
                .fromText(Scalars::moment)
                .inParquet();
    }

    static ColumnType<Instant> timestampLtz(int precision) {
        return ColumnType.<Instant>of(DataTypes.TIMESTAMP_LTZ(precision), "TIMESTAMPTZ")
                .edges(
                        moments(precision).stream()
                                .map(moment -> moment.toInstant(ZoneOffset.UTC))
                                .toList())
                .random(random -> randomMoment(random, precision).toInstant(ZoneOffset.UTC))
                .toFlink(TimestampData::fromInstant)
                .selected(column -> "CAST(" + column + " AT TIME ZONE 'UTC' AS VARCHAR)")
                .fromText(text -> moment(text).toInstant(ZoneOffset.UTC))
                .inJson(JsonForm.TEXT, Scalars::instant);
    }

    static ColumnType<Period> yearsAndMonths() {
        return ColumnType.<Period>of(
                        DataTypes.INTERVAL(DataTypes.YEAR(4), DataTypes.MONTH()),
                        "INTERVAL YEAR TO MONTH")
                .edges(
                        List.of(
                                Period.ZERO,
                                Period.ofMonths(1),
                                Period.ofMonths(-1),
                                Period.ofMonths(-11),
                                Period.ofMonths(12),
                                Period.ofMonths(9999 * 12 + 11),
                                Period.ofMonths(-9999 * 12 - 11)))
                .random(random -> Period.ofMonths(random.nextInt(240_000) - 120_000))
                .toFlink(period -> (int) period.toTotalMonths())
                .expected(Period::toTotalMonths)
                .selected(
                        column ->
                                "EXTRACT(year FROM "
                                        + column
                                        + ") * 12 + EXTRACT(month FROM "
                                        + column
                                        + ")")
                .fromText(text -> new BigDecimal(text).longValueExact())
                .inJson(JsonForm.TEXT, Intervals::months);
    }

    static ColumnType<Duration> daysToSeconds() {
        return ColumnType.<Duration>of(
                        DataTypes.INTERVAL(DataTypes.DAY(6), DataTypes.SECOND(3)),
                        "INTERVAL DAY TO SECOND")
                .edges(
                        List.of(
                                Duration.ZERO,
                                Duration.ofMillis(1),
                                Duration.ofMillis(-1),
                                Duration.ofDays(1).minusMillis(1),
                                Duration.ofDays(-1).plusMillis(1),
                                Duration.ofDays(999_999).plusMillis(86_399_999),
                                Duration.ofDays(-999_999).minusMillis(86_399_999)))
                .random(random -> Duration.ofMillis(random.nextLong() >> (17 + random.nextInt(40))))
                .toFlink(Duration::toMillis)
                .selected(column -> "EXTRACT(epoch FROM " + column + ")")
                .expected(Duration::toMillis)
                .fromText(text -> new BigDecimal(text).movePointRight(3).longValueExact())
                .inJson(JsonForm.TEXT, Intervals::millis);
    }

    static byte[] filled(int bytes, int value) {
        final byte[] filled = new byte[bytes];
        Arrays.fill(filled, (byte) value);
        return filled;
    }

    private static byte[] randomBytes(Random random, int bytes) {
        final byte[] value = new byte[bytes];
        random.nextBytes(value);
        return value;
    }

    private static LocalDate randomDay(Random random) {
        return FIRST_DAY.plusDays(random.nextInt((int) DAYS));
    }

    private static List<LocalDateTime> moments(int precision) {
        final LocalTime last = LocalTime.MAX.truncatedTo(ChronoUnit.MICROS);
        return Stream.of(
                        LocalDateTime.of(FIRST_DAY, LocalTime.MIDNIGHT),
                        LocalDateTime.of(FIRST_DAY, LocalTime.ofNanoOfDay(1000)),
                        LocalDateTime.of(LAST_DAY, last),
                        LocalDateTime.of(LocalDate.EPOCH, LocalTime.MIDNIGHT),
                        LocalDateTime.of(LocalDate.EPOCH, LocalTime.ofNanoOfDay(1000)),
                        LocalDateTime.of(LocalDate.of(1969, 12, 31), last),
                        LocalDateTime.of(LocalDate.of(1582, 10, 10), LocalTime.NOON),
                        LocalDateTime.of(LocalDate.of(2000, 2, 29), last),
                        LocalDateTime.of(LocalDate.of(2024, 3, 31), LocalTime.of(2, 30)))
                .map(moment -> cut(moment, precision))
                .toList();
    }

    private static LocalDateTime randomMoment(Random random, int precision) {
        final LocalTime time =
                LocalTime.ofSecondOfDay((long) (random.nextDouble() * SECONDS_PER_DAY))
                        .plusNanos(random.nextInt(1_000_000) * 1000L);
        return cut(LocalDateTime.of(randomDay(random), time), precision);
    }

    private static LocalDateTime cut(LocalDateTime moment, int precision) {
        final int unit = (int) Math.pow(10, 9 - precision);
        return moment.withNano(moment.getNano() / unit * unit);
    }

    private static LocalDateTime moment(String text) {
        return LocalDateTime.parse(text.replace(' ', 'T'));
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    }

    private static String withoutTrailingBlanks(String text) {
        return text.replaceAll(" +$", "");
    }

    private static String oneOf(String text, String... allowed) {
        if (!List.of(allowed).contains(text)) {
            throw new IllegalStateException("'" + text + "' was selected");
        }
        return text;
    }
}
