/*
 * Writes rows.bin and rows.json beside itself: rows in the bytes of Flink's own RowDataSerializer, and what they hold.
 * Run engine/row/golden/generate; the results are committed.
 */

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.*;
import org.apache.flink.types.RowKind;

public class GenerateGolden {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> cases = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        GenerateGolden golden = new GenerateGolden();
        golden.everyType();
        golden.texts();
        golden.decimals();
        golden.timestamps();
        golden.arities();
        golden.randomRows();
        golden.bytesAndIntervals();
        golden.nested();
        golden.deeplyNested();
        golden.randomNested();
        golden.changes();
        Path folder = Path.of(args[0]);
        Files.write(folder.resolve("rows.bin"), golden.bytes.toByteArray());
        String json = "{\"types\":[\n" + String.join(",\n", types()) + "\n],\n\"cases\":[\n"
                + String.join(",\n", golden.cases) + "\n]}\n";
        Files.writeString(folder.resolve("rows.json"), json);
    }

    // What the rows hold.

    private void everyType() {
        LogicalType[] types = {
            new BooleanType(), new TinyIntType(), new SmallIntType(), new IntType(), new BigIntType(),
            new FloatType(), new DoubleType(), new DecimalType(10, 2), new DecimalType(38, 10),
            new CharType(5), new VarCharType(VarCharType.MAX_LENGTH), new DateType(), new TimeType(0),
            new TimestampType(3), new TimestampType(6), new LocalZonedTimestampType(3), new LocalZonedTimestampType(6)
        };
        LocalDateTime noon = LocalDateTime.of(2013, 1, 31, 12, 34, 56, 123_456_000);
        LocalDateTime first = LocalDateTime.of(1, 1, 1, 0, 0, 0);
        LocalDateTime last = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000);
        Object[][] rows = {
            {true, (byte) 1, (short) 2, 3, 4L, 1.5f, 0.1, big("12.34"), big("-1.5"), "abcde", "short",
                noon.toLocalDate(), noon.toLocalTime().withNano(0), noon, noon, noon, noon},
            {false, (byte) 0, (short) 0, 0, 0L, 0f, 0d, big("0.00"), big("0"), "", "",
                LocalDate.EPOCH, LocalTime.MIDNIGHT, LocalDate.EPOCH.atStartOfDay(), LocalDate.EPOCH.atStartOfDay(),
                LocalDate.EPOCH.atStartOfDay(), LocalDate.EPOCH.atStartOfDay()},
            {true, Byte.MIN_VALUE, Short.MIN_VALUE, Integer.MIN_VALUE, Long.MIN_VALUE, -Float.MAX_VALUE,
                -Double.MAX_VALUE, big("-99999999.99"), big("-9999999999999999999999999999.9999999999"), "z",
                "exactly", first.toLocalDate(), LocalTime.MIDNIGHT, first, first, first, first},
            {false, Byte.MAX_VALUE, Short.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Float.MAX_VALUE,
                Double.MAX_VALUE, big("99999999.99"), big("9999999999999999999999999999.9999999999"), "12345",
                "longer than seven bytes", last.toLocalDate(), LocalTime.of(23, 59, 59), last, last, last, last},
            {null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null},
            {true, null, (short) -7, null, -1L, null, -0.0, null, big("0.0000000001"), null, "after NULL", null,
                LocalTime.of(0, 0, 1, 1_000_000), null, first.minusNanos(-1000), null, last},
            {true, (byte) -1, (short) -1, -1, -1L, Float.NaN, Double.NaN, big("-0.01"), big("-0.0000000001"), "NULL",
                "\\N", LocalDate.of(1969, 12, 31), LocalTime.of(23, 59, 59, 999_000_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 1_000)},
            {false, (byte) 9, (short) 9, 9, 9L, Float.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, big("0.10"),
                big("12345678901234567890.5"), "@NULL", "@NULL@", LocalDate.of(2000, 2, 29), LocalTime.NOON,
                LocalDateTime.of(2000, 2, 29, 23, 0), LocalDateTime.of(2000, 2, 29, 23, 0, 0, 10_000),
                LocalDateTime.of(1900, 3, 1, 0, 0), LocalDateTime.of(1900, 2, 28, 23, 59, 59, 999_999_000)},
            {false, (byte) 9, (short) 9, 9, 9L, Float.MIN_VALUE, Double.MIN_VALUE, big("0.10"), big("1"), "a,b",
                "quote \" and, comma\nand line", LocalDate.of(2400, 2, 29), LocalTime.NOON,
                LocalDateTime.of(2400, 2, 29, 23, 0), LocalDateTime.of(2400, 12, 31, 23, 0, 0, 10_000),
                LocalDateTime.of(2100, 3, 1, 0, 0), LocalDateTime.of(2100, 2, 28, 23, 59, 59, 999_999_000)},
        };
        addCase("every type", types, rows);
    }

    private void texts() {
        List<Object[]> rows = new ArrayList<>();
        for (int length = 0; length <= 40; length++) rows.add(row("abcdefghijklmnopqrstuvwxyz0123456789ABCD".substring(0, length)));
        // Every plane, each end of every UTF-8 length, and what is left out between.
        for (int point : new int[] {1, 0x1F, 0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFDD0, 0xFFFD, 0xFFFE, 0xFFFF})
            rows.add(row(new String(Character.toChars(point))));
        for (int plane = 1; plane <= 16; plane++) {
            rows.add(row(new String(Character.toChars(plane * 0x10000))));
            rows.add(row("plane " + plane + " " + new String(Character.toChars(plane * 0x10000 + 0xFFFF)) + " end"));
        }
        for (String text : new String[] {
            " ", "  leading", "trailing  ", "\t", "tab\tinside", "\n", "line\nbreak", "\r\n", "\"", "\"\"", "\"quoted\"",
            "a\"b", ",", "a,b,c", "\\", "\\N", "\\\\", "NULL", "null", "@NULL@", "\\.", "'", "''", "it's", "#", "--", ";",
            "\u00a0nbsp", "\u3000ideographic", "e\u0301 combining", "\u202Ertl", "\uFEFFbom", "N/A", "0", "-1", "1e5", "t",
            "zw\u200Bsp", "\ud83d\udc69\u200d\ud83d\ude80"})
            rows.add(row(text));
        rows.add(row("x".repeat(3000)));
        rows.add(row((Object) null));
        addCase("texts", new LogicalType[] {new VarCharType(VarCharType.MAX_LENGTH)}, rows.toArray(new Object[0][]));

        List<Object[]> broken = new ArrayList<>();
        for (String hex : new String[] {
            "00", "6100", "616200636465666768696a6b6c", "80", "bf", "c0", "c080", "c1bf", "c2", "c241", "e08080", "e09fbf",
            "e0a0", "eda080", "edbfbf", "f0808080", "f08fbfbf", "f0908080f0", "f4908080", "f5808080", "ff", "fe",
            "6162636465666768c3", "c3a9c3a9c3a9c3a9c3"})
            broken.add(row(new Bytes(hex)));
        addCase("text that Redshift refuses", new LogicalType[] {new VarCharType(VarCharType.MAX_LENGTH)},
                broken.toArray(new Object[0][]));
    }

    private void decimals() {
        int[][] shapes = {{1, 0}, {1, 1}, {4, 4}, {9, 0}, {17, 3}, {18, 0}, {18, 18}, {19, 0}, {19, 19}, {20, 5}, {38, 0}, {38, 18}, {38, 37}};
        LogicalType[] types = new LogicalType[shapes.length];
        for (int i = 0; i < shapes.length; i++) types[i] = new DecimalType(shapes[i][0], shapes[i][1]);
        BigInteger[] unscaled = {
            BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE.negate(), BigInteger.TEN, BigInteger.valueOf(99),
            BigInteger.valueOf(-100), BigInteger.valueOf(255), BigInteger.valueOf(256), BigInteger.valueOf(-128),
            BigInteger.valueOf(-129), BigInteger.valueOf(Long.MAX_VALUE), BigInteger.valueOf(Long.MIN_VALUE),
            BigInteger.ONE.shiftLeft(63), BigInteger.ONE.shiftLeft(64), BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
            BigInteger.ONE.shiftLeft(64).negate(), BigInteger.TEN.pow(16), BigInteger.TEN.pow(16).subtract(BigInteger.ONE),
            BigInteger.TEN.pow(32), BigInteger.TEN.pow(38).subtract(BigInteger.ONE),
            BigInteger.TEN.pow(38).subtract(BigInteger.ONE).negate(), new BigInteger("12345678901234567890123456789012345678")
        };
        List<Object[]> rows = new ArrayList<>();
        for (BigInteger number : unscaled) {
            Object[] row = new Object[shapes.length];
            for (int i = 0; i < shapes.length; i++) {
                BigDecimal value = new BigDecimal(number, shapes[i][1]);
                if (value.precision() <= shapes[i][0]) row[i] = value;
            }
            rows.add(row);
        }
        addCase("decimals", types, rows.toArray(new Object[0][]));
    }

    private void timestamps() {
        LogicalType[] types = new LogicalType[20];
        for (int p = 0; p <= 9; p++) {
            types[p] = new TimestampType(p);
            types[10 + p] = new LocalZonedTimestampType(p);
        }
        LocalDateTime[] moments = {
            LocalDateTime.of(1, 1, 1, 0, 0), LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999),
            LocalDateTime.of(1970, 1, 1, 0, 0, 0, 1), LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_999),
            LocalDateTime.of(1582, 10, 4, 1, 2, 3, 4), LocalDateTime.of(1582, 10, 15, 1, 2, 3, 40_000),
            LocalDateTime.of(2016, 2, 29, 23, 59, 59, 100_000_000), LocalDateTime.of(2038, 1, 19, 3, 14, 8, 123_000_000)};
        List<Object[]> rows = new ArrayList<>();
        for (LocalDateTime moment : moments) {
            Object[] row = new Object[20];
            for (int p = 0; p <= 9; p++) {
                int unit = (int) Math.pow(10, 9 - p);
                row[p] = row[10 + p] = moment.withNano(moment.getNano() / unit * unit);
            }
            rows.add(row);
        }
        rows.add(new Object[20]);
        addCase("timestamps", types, rows.toArray(new Object[0][]));
    }

    private void arities() {
        for (int arity = 1; arity <= 65; arity++) {
            LogicalType[] types = new LogicalType[arity];
            Object[][] rows = new Object[3][arity];
            for (int i = 0; i < arity; i++) {
                types[i] = i % 4 == 3 ? new VarCharType(20) : new IntType();
                rows[0][i] = i % 4 == 3 ? (Object) ("text number " + i) : (Object) i;
                rows[1][i] = i % 3 == 2 ? null : rows[0][i];
                rows[2][i] = i == arity - 1 ? null : rows[0][i];
            }
            addCase("arity " + arity, types, rows);
        }
    }

    private void randomRows() {
        Random random = new Random(20260601);
        LogicalType[] types = {
            new BigIntType(false), new VarCharType(30), new DecimalType(15, 4), new DecimalType(30, 6), new DateType(),
            new TimestampType(6), new DoubleType(), new FloatType(), new BooleanType(), new TimeType(3), new CharType(8)};
        Object[][] rows = new Object[300][types.length];
        for (Object[] row : rows) {
            row[0] = random.nextLong();
            row[1] = text(random, 30);
            row[2] = new BigDecimal(BigInteger.valueOf(random.nextLong() % 1_000_000_000_000_000L), 4);
            row[3] = new BigDecimal(new BigInteger(99, random).subtract(BigInteger.ONE.shiftLeft(98)), 6);
            row[4] = LocalDate.ofEpochDay(random.nextInt(3652059) - 719162);
            row[5] = LocalDateTime.ofEpochSecond(
                    (long) (random.nextDouble() * 315537897600L) - 62135596800L, random.nextInt(1000000) * 1000, ZoneOffset.UTC);
            row[6] = Double.longBitsToDouble(random.nextLong());
            row[7] = Float.intBitsToFloat(random.nextInt());
            row[8] = random.nextBoolean();
            row[9] = LocalTime.ofNanoOfDay(random.nextInt(86400000) * 1_000_000L);
            row[10] = text(random, 8);
            for (int i = 1; i < row.length; i++) if (random.nextInt(5) == 0) row[i] = null;
        }
        addCase("random rows", types, rows);
    }

    private static final LogicalType MONTHS = new YearMonthIntervalType(YearMonthIntervalType.YearMonthResolution.YEAR_TO_MONTH);
    private static final LogicalType SECONDS = new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY_TO_SECOND);
    private static final LogicalType STRING = new VarCharType(VarCharType.MAX_LENGTH);

    private void bytesAndIntervals() {
        LogicalType[] types = {new BinaryType(4), new VarBinaryType(VarBinaryType.MAX_LENGTH), MONTHS, SECONDS};
        Object[][] rows = {
            {bytes("00ff10ab"), bytes("01"), 0, 0L},
            {bytes("00000000"), bytes("7f80ff"), 1, 1L},
            {bytes("deadbeef"), bytes("000102030405060708090a0b0c0d0e0f"), -1, -1L},
            {bytes("ffffffff"), bytes("22".repeat(3000)), 14, 90_061_001L},
            {bytes("0a0d2c22"), bytes("0a0d2c225c"), -14, -90_061_001L},
            {null, null, null, null},
            {bytes("01020304"), bytes("01020304050607"), Integer.MAX_VALUE, 9_223_372_036_854_775L},
            {bytes("01020304"), bytes("0102030405060708"), Integer.MIN_VALUE, -9_223_372_036_854_775L},
            {bytes("61626364"), bytes("6e756c37663361"), 11, 999L}};
        addCase("bytes and intervals", types, rows);
    }

    private void nested() {
        LogicalType[] types = {
            new ArrayType(new IntType()), new ArrayType(STRING), new MapType(STRING, new BigIntType()),
            new MapType(new IntType(), new DoubleType()), new MultisetType(STRING),
            RowType.of(new LogicalType[] {new IntType(), STRING, new DecimalType(10, 2)}, new String[] {"id", "a \"name\"", "Price"})};
        Object[][] rows = {
            {list(1, 2, 3), list("a", "longer than seven", ""), map("x", 1L, "y", -2L), map(7, 0.5, -7, 1.5), map("m", 2),
                tuple(1, "one", big("1.50"))},
            {list(), list(), map(), map(), map(), tuple(null, null, null)},
            {null, null, null, null, null, null},
            {list((Object) null), list(null, "b", null), map("n", null), map(1, null), map("e", 1, "f", 1000000),
                tuple(Integer.MIN_VALUE, "quote \" backslash \\ tab \t line \n control \u0001 comma ,", big("-99999999.99"))},
            {list(Integer.MAX_VALUE, null, Integer.MIN_VALUE), list("\u00e9", "\ud83d\ude80 rocket", "\u007f", "/"),
                map("", 0L, " ", Long.MAX_VALUE, "\"", Long.MIN_VALUE), map(0, -0.0, 1, 5.0), map("", 3),
                tuple(0, "", big("0.00"))}};
        addCase("nested", types, rows);

        LogicalType[] leaves = {
            new BooleanType(), new TinyIntType(), new SmallIntType(), new IntType(), new BigIntType(), new FloatType(),
            new DoubleType(), new DecimalType(15, 3), new DecimalType(18, 0), new DecimalType(38, 37), new CharType(3),
            new VarCharType(40), new BinaryType(2), new VarBinaryType(90), new DateType(), new TimeType(3), new TimestampType(3),
            new TimestampType(6), new LocalZonedTimestampType(3), new LocalZonedTimestampType(6), MONTHS, SECONDS};
        LocalDateTime moment = LocalDateTime.of(2016, 2, 29, 23, 59, 59, 123_456_000);
        LocalDateTime first = LocalDateTime.of(1, 1, 1, 0, 0, 0);
        Object[][] values = {
            {true, (byte) -128, (short) 32767, -5, Long.MIN_VALUE, 0.25f, -1234.0625, big("-123456789012.345"),
                big("999999999999999999"), big("-9.9999999999999999999999999999999999999"), "abc", "text of more than seven",
                bytes("00ff"), bytes("0123456789abcdef"), moment.toLocalDate(), LocalTime.of(1, 2, 3, 4_000_000), moment, moment,
                moment, moment, 25, 86_400_001L},
            {false, (byte) 127, (short) -32768, 0, Long.MAX_VALUE, -0.0f, 0.1, big("0.000"), big("0"),
                big("0.0000000000000000000000000000000000001"), "", "\u20ac", bytes("0000"), bytes(""), first.toLocalDate(),
                LocalTime.MIDNIGHT, first, first, first, first, -1, -1L}};
        for (int i = 0; i < leaves.length; i++) {
            LogicalType leaf = leaves[i];
            Object one = values[0][i], two = values[1][i];
            addCase("nested " + leaf.asSerializableString(),
                    new LogicalType[] {new ArrayType(leaf), RowType.of(new LogicalType[] {leaf, leaf}, new String[] {"f0", "f1"}),
                        new MapType(leaf.copy(false), leaf), new MultisetType(leaf)},
                    new Object[][] {
                        {list(one, two, null, two, one), tuple(one, two), map(one, two, two, null), map(two, 1, one, 2)},
                        {list(nulls(33, one)), tuple(null, one), map(two, one), map()}});
        }
    }

    private void deeplyNested() {
        LogicalType row = RowType.of(new LogicalType[] {new IntType(), new ArrayType(new MapType(STRING, new ArrayType(new DateType())))},
                new String[] {"n", "list"});
        LogicalType[] types = {
            new ArrayType(new ArrayType(new ArrayType(STRING))), row, new MapType(row, new MultisetType(new ArrayType(new IntType()))),
            RowType.of(new LogicalType[] {RowType.of(new LogicalType[] {row}, new String[] {"inner"})}, new String[] {"outer"}),
            wide(70)};
        Object inner = tuple(5, list(map("days", list(LocalDate.EPOCH, null), "none", null), null, map()));
        Object[] many = new Object[70];
        for (int i = 0; i < 70; i++) many[i] = i % 3 == 0 ? null : i;
        Object[][] rows = {
            {list(list(list("a", "b"), list()), null, list()), inner, map(inner, map(list(1, null), 2, list(), 1)), tuple(tuple(inner)),
                new Tuple(many)},
            {list(list((Object) null)), tuple(null, null), map(tuple(null, null), null), tuple(tuple((Object) null)), null},
            {null, null, null, tuple((Object) null), new Tuple(new Object[70])}};
        addCase("deeply nested", types, rows);
    }

    private static LogicalType wide(int fields) {
        LogicalType[] types = new LogicalType[fields];
        Arrays.fill(types, new IntType());
        return RowType.of(types);
    }

    private void randomNested() {
        Random random = new Random(20260603);
        LogicalType[] types = {
            new BigIntType(), new ArrayType(new VarCharType(30)), new MapType(new VarCharType(12), new ArrayType(new DecimalType(30, 6))),
            RowType.of(new LogicalType[] {new TimestampType(6), new VarBinaryType(50), new BooleanType()}, new String[] {"at", "data", "ok"})};
        Object[][] rows = new Object[40][types.length];
        for (Object[] row : rows) {
            row[0] = random.nextLong();
            Object[] texts = new Object[random.nextInt(5)];
            for (int i = 0; i < texts.length; i++) texts[i] = random.nextInt(4) == 0 ? null : text(random, 30);
            row[1] = list(texts);
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                Object[] numbers = new Object[random.nextInt(35)];
                for (int k = 0; k < numbers.length; k++)
                    numbers[k] = random.nextInt(6) == 0 ? null
                            : new BigDecimal(new BigInteger(99, random).subtract(BigInteger.ONE.shiftLeft(98)), 6);
                map.put(text(random, 12), list(numbers));
            }
            row[2] = map;
            byte[] data = new byte[random.nextInt(50)];
            random.nextBytes(data);
            row[3] = tuple(LocalDateTime.ofEpochSecond(
                    (long) (random.nextDouble() * 315537897600L) - 62135596800L, random.nextInt(1000000) * 1000, ZoneOffset.UTC),
                    bytes(java.util.HexFormat.of().formatHex(data)), random.nextInt(3) == 0 ? null : random.nextBoolean());
            for (int i = 1; i < row.length; i++) if (random.nextInt(6) == 0) row[i] = null;
        }
        addCase("random nested rows", types, rows);
    }

    private void changes() {
        LogicalType[] types = {new BigIntType(false), new VarCharType(false, 20), STRING, new ArrayType(new IntType())};
        RowKind[] kinds = {RowKind.INSERT, RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER, RowKind.DELETE, RowKind.DELETE, RowKind.INSERT};
        Object[][] rows = {
            {1L, "a", "first text of the row", list(1)}, {1L, "a", "first text of the row", list(1)}, {1L, "a", null, null},
            {1L, "a", "deleted with its values", list(2, 3)}, {2L, "longer than seven bytes", null, null}, {3L, "c", "", list()}};
        addCase("changes", types, rows, kinds, new int[] {0, 1});
    }

    private static Object[] nulls(int count, Object last) {
        Object[] values = new Object[count];
        values[count - 1] = last;
        return values;
    }

    private static String text(Random random, int characters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(characters + 1); i > 0; i--) {
            int kind = random.nextInt(10);
            int point = kind < 7 ? 32 + random.nextInt(95) : kind < 9 ? 0xA0 + random.nextInt(0x2000) : 0x10000 + random.nextInt(0x10000);
            text.appendCodePoint(point);
        }
        return text.toString();
    }

    /** Types as Flink writes them, with the root that they have. */
    private static List<String> types() {
        LogicalType[] all = {
            new BooleanType(), new BooleanType(false), new TinyIntType(), new SmallIntType(), new IntType(false),
            new BigIntType(), new FloatType(), new DoubleType(false), new DecimalType(), new DecimalType(10, 2),
            new DecimalType(false, 38, 38), new CharType(), new CharType(255), new CharType(false, 3), new VarCharType(1),
            new VarCharType(VarCharType.MAX_LENGTH), new VarCharType(false, 65535), new BinaryType(16),
            new VarBinaryType(VarBinaryType.MAX_LENGTH), new VarBinaryType(false, 100), new DateType(), new DateType(false),
            new TimeType(0), new TimeType(3), new TimeType(false, 9), new TimestampType(0), new TimestampType(6),
            new TimestampType(false, 9), new LocalZonedTimestampType(0), new LocalZonedTimestampType(false, 9),
            new ZonedTimestampType(3), new ZonedTimestampType(false, 6),
            new YearMonthIntervalType(YearMonthIntervalType.YearMonthResolution.YEAR_TO_MONTH),
            new YearMonthIntervalType(false, YearMonthIntervalType.YearMonthResolution.MONTH, 2),
            new DayTimeIntervalType(DayTimeIntervalType.DayTimeResolution.DAY_TO_SECOND),
            new DayTimeIntervalType(false, DayTimeIntervalType.DayTimeResolution.HOUR, 2, 6),
            new ArrayType(new IntType(false)), new ArrayType(false, new VarCharType(5)),
            new MapType(new VarCharType(5), new ArrayType(new DoubleType())), new MultisetType(false, new IntType()),
            RowType.of(new LogicalType[] {new IntType(false), new VarCharType(9)}, new String[] {"a b", "not null"}),
            RowType.of(false, new IntType()), new NullType(),
            new RowType(List.of(new RowType.RowField("tick`ed", new ArrayType(new IntType(false)), "it's > a `comment`"),
                    new RowType.RowField("b", MONTHS.copy(false), "two")))};
        List<String> json = new ArrayList<>();
        for (LogicalType type : all)
            json.add("{\"text\":" + quote(type.asSerializableString()) + ",\"root\":" + quote(type.getTypeRoot().name())
                    + ",\"nullable\":" + type.isNullable() + "}");
        return json;
    }

    // How they are written.

    private record Bytes(String hex) {}

    private record Tuple(Object[] fields) {}

    private static Bytes bytes(String hex) { return new Bytes(hex); }

    private static Tuple tuple(Object... fields) { return new Tuple(fields); }

    private static List<Object> list(Object... elements) { return Arrays.asList(elements); }

    private static Map<Object, Object> map(Object... keysAndValues) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) map.put(keysAndValues[i], keysAndValues[i + 1]);
        return map;
    }

    private static Object[] row(Object value) { return new Object[] {value}; }

    private static BigDecimal big(String text) { return new BigDecimal(text); }

    private void addCase(String name, LogicalType[] types, Object[][] rows) { addCase(name, types, rows, null, null); }

    /** Of deletes only the key is expected to be read. */
    private void addCase(String name, LogicalType[] types, Object[][] rows, RowKind[] kinds, int[] key) {
        RowDataSerializer serializer = new RowDataSerializer(types);
        int offset = bytes.size();
        List<String> jsonRows = new ArrayList<>();
        for (int r = 0; r < rows.length; r++) {
            Object[] row = rows[r];
            RowKind kind = kinds == null ? RowKind.INSERT : kinds[r];
            boolean isDelete = kind == RowKind.DELETE || kind == RowKind.UPDATE_BEFORE;
            GenericRowData generic = new GenericRowData(kind, types.length);
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < types.length; i++) {
                int field = i;
                generic.setField(i, toInternal(row[i], types[i]));
                boolean isRead = !isDelete || Arrays.stream(key).anyMatch(k -> k == field);
                cells.add(row[i] == null || !isRead ? "null" : "[" + quote(raw(row[i], types[i])) + "," + quote(text(row[i], types[i])) + "]");
            }
            BinaryRowData binary = serializer.toBinaryRow(generic);
            byte[] data = BinarySegmentUtils.copyToBytes(binary.getSegments(), binary.getOffset(), binary.getSizeInBytes());
            bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(data.length).array());
            bytes.writeBytes(data);
            jsonRows.add("[" + String.join(",", cells) + "]");
        }
        List<String> columns = new ArrayList<>();
        for (LogicalType type : types) columns.add(quote(type.asSerializableString()));
        cases.add("{\"name\":" + quote(name) + ",\"offset\":" + offset + ",\"length\":" + (bytes.size() - offset)
                + ",\"columns\":[" + String.join(",", columns) + "]" + (kinds == null ? "" : keyAndKinds(kinds, key)) + ",\"rows\":[\n" + String.join(",\n", jsonRows) + "\n]}");
    }

    private static String keyAndKinds(RowKind[] kinds, int[] key) {
        List<String> texts = new ArrayList<>();
        for (RowKind kind : kinds) texts.add(quote(kind.shortString()));
        return ",\"key\":" + Arrays.toString(key) + ",\"kinds\":[" + String.join(",", texts) + "]";
    }

    private static Object toInternal(Object value, LogicalType type) {
        if (value == null) return null;
        if (value instanceof List) {
            LogicalType element = type.getChildren().get(0);
            return new GenericArrayData(((List<?>) value).stream().map(e -> toInternal(e, element)).toArray());
        }
        if (value instanceof Map) {
            LogicalType keyType = type.getChildren().get(0);
            LogicalType valueType = type instanceof MapType ? type.getChildren().get(1) : new IntType();
            Map<Object, Object> map = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> map.put(toInternal(k, keyType), toInternal(v, valueType)));
            return new GenericMapData(map);
        }
        if (value instanceof Tuple) {
            Object[] fields = ((Tuple) value).fields();
            GenericRowData row = new GenericRowData(fields.length);
            for (int i = 0; i < fields.length; i++) row.setField(i, toInternal(fields[i], type.getChildren().get(i)));
            return row;
        }
        if (value instanceof Bytes && isBinary(type)) return java.util.HexFormat.of().parseHex(((Bytes) value).hex());
        if (value instanceof String) return StringData.fromString((String) value);
        if (value instanceof Bytes) return StringData.fromBytes(java.util.HexFormat.of().parseHex(((Bytes) value).hex()));
        if (value instanceof BigDecimal) {
            DecimalType decimal = (DecimalType) type;
            return DecimalData.fromBigDecimal((BigDecimal) value, decimal.getPrecision(), decimal.getScale());
        }
        if (value instanceof LocalDate) return (int) ((LocalDate) value).toEpochDay();
        if (value instanceof LocalTime) return (int) (((LocalTime) value).toNanoOfDay() / 1_000_000);
        if (value instanceof LocalDateTime && type instanceof LocalZonedTimestampType)
            return TimestampData.fromInstant(toPrecision((LocalDateTime) value, type).toInstant(ZoneOffset.UTC));
        if (value instanceof LocalDateTime) return TimestampData.fromLocalDateTime(toPrecision((LocalDateTime) value, type));
        return value;
    }

    /** A compact timestamp holds milliseconds alone. */
    private static LocalDateTime toPrecision(LocalDateTime value, LogicalType type) {
        int precision = type instanceof TimestampType ? ((TimestampType) type).getPrecision() : ((LocalZonedTimestampType) type).getPrecision();
        return precision > 3 ? value : value.withNano(value.getNano() / 1_000_000 * 1_000_000);
    }

    private static boolean isBinary(LogicalType type) { return type instanceof BinaryType || type instanceof VarBinaryType; }

    private static boolean isNested(Object value) {
        return value instanceof List || value instanceof Map || value instanceof Tuple;
    }

    /** The JSON that stands for it in a SUPER (docs/adr/0016). */
    private static String json(Object value, LogicalType type) {
        if (value == null) return "null";
        List<String> parts = new ArrayList<>();
        if (value instanceof List) {
            for (Object element : (List<?>) value) parts.add(json(element, type.getChildren().get(0)));
            return "[" + String.join(",", parts) + "]";
        }
        if (value instanceof Map) {
            LogicalType keyType = type.getChildren().get(0);
            LogicalType valueType = type instanceof MapType ? type.getChildren().get(1) : new IntType();
            boolean isObject = keyType.getChildren().isEmpty();
            ((Map<?, ?>) value).forEach((k, v) -> {
                String key = json(k, keyType);
                if (isObject) parts.add((key.startsWith("\"") ? key : quote(key)) + ":" + json(v, valueType));
                else parts.add("{\"key\":" + key + ",\"value\":" + json(v, valueType) + "}");
            });
            return (isObject ? "{" : "[") + String.join(",", parts) + (isObject ? "}" : "]");
        }
        if (value instanceof Tuple) {
            List<String> names = ((RowType) type).getFieldNames();
            Object[] fields = ((Tuple) value).fields();
            for (int i = 0; i < fields.length; i++) parts.add(quote(names.get(i)) + ":" + json(fields[i], type.getChildren().get(i)));
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof Boolean) return value.toString();
        if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            if (number == 0) return 1 / number < 0 ? "-0.0" : "0";
            return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
        }
        if (value instanceof BigDecimal && ((DecimalType) type).getPrecision() > 15) return quote(text(value, type));
        if (value instanceof Number && !(type instanceof YearMonthIntervalType) && !(type instanceof DayTimeIntervalType))
            return text(value, type);
        if (!(value instanceof String)) return quote(text(value, type));
        StringBuilder escaped = new StringBuilder();
        for (char c : ((String) value).toCharArray()) {
            if (c == '\n') escaped.append("\\n");
            else if (c == '\t') escaped.append("\\t");
            else if (c == '\r') escaped.append("\\r");
            else if (c < ' ') escaped.append(String.format("\\u%04x", (int) c));
            else escaped.append(c == '"' || c == '\\' ? "\\" + c : String.valueOf(c));
        }
        return "\"" + escaped + "\"";
    }

    /** The number that an Arrow column holds; of text its bytes in hex; of nested values their JSON in hex. */
    private static String raw(Object value, LogicalType type) {
        if (isNested(value)) return hex(json(value, type));
        if (value instanceof String) return hex((String) value);
        if (value instanceof Bytes) return ((Bytes) value).hex();
        if (value instanceof Boolean) return (Boolean) value ? "1" : "0";
        if (value instanceof Float) return Integer.toString(Float.floatToRawIntBits((Float) value));
        if (value instanceof Double) return Long.toString(Double.doubleToRawLongBits((Double) value));
        if (value instanceof BigDecimal) return scaled((BigDecimal) value, type).unscaledValue().toString();
        if (value instanceof LocalDate) return Long.toString(((LocalDate) value).toEpochDay());
        if (value instanceof LocalTime) return Long.toString(((LocalTime) value).toNanoOfDay() / 1_000_000);
        if (value instanceof LocalDateTime) {
            Instant instant = toPrecision((LocalDateTime) value, type).toInstant(ZoneOffset.UTC);
            return Long.toString(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000);
        }
        return value.toString();
    }

    /** As Redshift reads it from CSV; of text the bytes in hex; of floats Java's text, which is another than ours. */
    private static String text(Object value, LogicalType type) {
        if (value instanceof Boolean) return (Boolean) value ? "t" : "f";
        if (value instanceof String || value instanceof Bytes || isNested(value)) return raw(value, type);
        if (type instanceof YearMonthIntervalType) return (Integer) value / 12 + " years " + (Integer) value % 12 + " months";
        if (type instanceof DayTimeIntervalType) {
            long millis = (Long) value;
            String seconds = BigDecimal.valueOf(millis % 60000, 3).toPlainString();
            return millis / 86400000 + " days " + millis / 3600000 % 24 + " hours " + millis / 60000 % 60 + " minutes "
                    + (millis % 1000 == 0 ? seconds.substring(0, seconds.length() - 4) : seconds) + " seconds";
        }
        if (value instanceof BigDecimal) return scaled((BigDecimal) value, type).toPlainString();
        if (value instanceof LocalDate) return DateTimeFormatter.ofPattern("uuuu-MM-dd").format((LocalDate) value);
        if (value instanceof LocalTime) {
            LocalTime time = (LocalTime) value;
            return DateTimeFormatter.ofPattern(time.getNano() == 0 ? "HH:mm:ss" : "HH:mm:ss.SSS").format(time);
        }
        if (value instanceof LocalDateTime) {
            LocalDateTime time = toPrecision((LocalDateTime) value, type);
            String pattern = time.getNano() / 1000 == 0 ? "uuuu-MM-dd HH:mm:ss" : "uuuu-MM-dd HH:mm:ss.SSSSSS";
            return DateTimeFormatter.ofPattern(pattern).format(time) + (type instanceof LocalZonedTimestampType ? "+00" : "");
        }
        return value.toString();
    }

    private static BigDecimal scaled(BigDecimal value, LogicalType type) {
        return value.setScale(((DecimalType) type).getScale(), RoundingMode.UNNECESSARY);
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String quote(String text) { return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\""; }
}
