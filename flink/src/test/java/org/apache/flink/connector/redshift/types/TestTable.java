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

import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.catalog.UniqueConstraint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A table and rows for it. The first column is the row's number, {@code id}; the others are called
 * c1, c2 and so on unless named.
 */
final class TestTable {

    /** A value in Flink's internal form, which must not arrive. */
    record Outside(Object internal) {}

    /** One column and its name as Flink declares it. */
    record Named(String name, ColumnType<?> type) {}

    private final String title;
    private final List<Named> columns = new ArrayList<>();
    private final List<Object[]> rows = new ArrayList<>();
    private final Map<Integer, RowKind> kinds = new HashMap<>();

    private TestTable(String title) {
        this.title = title;
    }

    static TestTable of(String title, List<? extends ColumnType<?>> types) {
        final TestTable table = new TestTable(title);
        for (ColumnType<?> type : types) {
            table.columns.add(new Named("c" + (table.columns.size() + 1), type));
        }
        return table;
    }

    static TestTable named(String title, List<Named> columns) {
        final TestTable table = new TestTable(title);
        table.columns.addAll(columns);
        return table;
    }

    /** A row of NULLs, every edge of every type, and so many rows of anything. */
    TestTable fill(long seed, int more) {
        final Random random = new Random(seed);
        final int edges =
                columns.stream().mapToInt(column -> column.type.edges().size()).max().orElse(0);
        rows.add(new Object[columns.size()]);
        for (int edge = 0; edge < edges; edge++) {
            final Object[] row = new Object[columns.size()];
            for (int i = 0; i < row.length; i++) {
                final List<?> values = columns.get(i).type.edges();
                row[i] = values.isEmpty() ? null : values.get(edge % values.size());
            }
            rows.add(row);
        }
        for (int i = 0; i < more; i++) {
            rows.add(
                    columns.stream()
                            .map(
                                    column ->
                                            random.nextInt(8) == 0
                                                    ? null
                                                    : column.type.someValue(random))
                            .toArray());
        }
        return this;
    }

    TestTable row(Object... values) {
        rows.add(values);
        return this;
    }

    /** A row that is no insertion. Of a deletion all columns but the key's are NULL. */
    TestTable change(RowKind kind, Object... values) {
        kinds.put(rows.size(), kind);
        return row(values);
    }

    /** What is left after all changes: for each key the last row, unless that is a deletion. */
    TestTable fold(List<String> key) {
        final Map<List<Object>, Integer> last = new LinkedHashMap<>();
        for (int number = 0; number < rows.size(); number++) {
            final List<Object> values = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                if (key.contains(columns.get(i).name)) {
                    values.add(columns.get(i).type.wantedOf(rows.get(number)[i]));
                }
            }
            if (isDeletion(number)) {
                last.remove(values);
            } else {
                last.put(values, number);
            }
        }
        final TestTable left = named(title, columns);
        last.values().stream().sorted().forEach(number -> left.rows.add(rows.get(number)));
        return left;
    }

    private boolean isDeletion(int number) {
        final RowKind kind = kinds.getOrDefault(number, RowKind.INSERT);
        return kind == RowKind.DELETE || kind == RowKind.UPDATE_BEFORE;
    }

    /** Whether a column is JSON, in which one number has several spellings. */
    boolean isNested(int column) {
        return columns.get(column).type.isNested();
    }

    String title() {
        return title;
    }

    int size() {
        return rows.size();
    }

    /** The same table and rows with those columns only that can go this way. */
    TestTable along(Way way) {
        final TestTable table = new TestTable(title);
        columns.stream().filter(column -> way.carries(column.type)).forEach(table.columns::add);
        table.kinds.putAll(kinds);
        for (Object[] row : rows) {
            final List<Object> values = new ArrayList<>();
            for (int i = 0; i < row.length; i++) {
                if (way.carries(columns.get(i).type)) {
                    values.add(row[i]);
                }
            }
            table.rows.add(values.toArray());
        }
        return table;
    }

    /** The schema that Flink declares; with a key of these columns unless there are none. */
    ResolvedSchema schema(List<String> key) {
        final List<Column> all = new ArrayList<>();
        all.add(
                Column.physical(
                        "id", key.contains("id") ? DataTypes.INT().notNull() : DataTypes.INT()));
        for (Named column : columns) {
            final DataType type = column.type.flink;
            all.add(
                    Column.physical(
                            column.name, key.contains(column.name) ? type.notNull() : type));
        }
        return new ResolvedSchema(
                all,
                List.of(),
                key.isEmpty() ? null : UniqueConstraint.primaryKey("key", key),
                List.of());
    }

    String createStatement(String table) {
        return "CREATE TABLE "
                + table
                + columns.stream()
                        .map(column -> ", " + quoted(column.name) + " " + column.type.redshift)
                        .collect(Collectors.joining("", " (id INTEGER", ")"));
    }

    /** One row as Flink hands it over; a new one at every call. */
    GenericRowData internal(int number) {
        return internal(number, number);
    }

    /** The row of that number under another one's id. */
    GenericRowData internal(int id, int number) {
        final GenericRowData row = new GenericRowData(columns.size() + 1);
        row.setRowKind(kinds.getOrDefault(number, RowKind.INSERT));
        row.setField(0, isDeletion(number) ? null : id);
        for (int i = 0; i < columns.size(); i++) {
            final Object value = rows.get(number)[i];
            row.setField(
                    i + 1,
                    value instanceof Outside outside
                            ? outside.internal
                            : columns.get(i).type.internalOf(value));
        }
        return row;
    }

    /** The texts of all columns but the first, row by row, as another client selects them. */
    List<List<String>> select(String table) throws Exception {
        final String selected =
                columns.stream()
                        .map(column -> ", " + column.type.select(quoted(column.name)))
                        .collect(Collectors.joining());
        return LocalWarehouse.shared()
                .query("SELECT id" + selected + " FROM " + table + " ORDER BY id")
                .stream()
                .map(row -> row.subList(1, row.size()))
                .toList();
    }

    /**
     * What is wrong with what was selected, one line a value; empty when every value is what was
     * written.
     */
    List<String> differences(List<List<String>> selected) {
        final List<String> differences = new ArrayList<>();
        if (selected.size() != rows.size()) {
            differences.add(selected.size() + " rows of " + rows.size() + " arrived");
            return differences;
        }
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < columns.size(); i++) {
                final ColumnType<?> type = columns.get(i).type;
                final Object wanted = type.wantedOf(rows.get(row)[i]);
                final String text = selected.get(row).get(i);
                final Object read = read(type, text);
                if (wanted == null ? read != null : !wanted.equals(read)) {
                    differences.add(
                            "row "
                                    + row
                                    + ", "
                                    + type
                                    + ": "
                                    + shown(wanted)
                                    + " was read as "
                                    + shown(text));
                }
            }
        }
        return differences;
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static Object read(ColumnType<?> type, String text) {
        try {
            return type.read(text);
        } catch (RuntimeException error) {
            return error.toString();
        }
    }

    /** The value with everything that is hard to see escaped, at a readable length. */
    static String shown(Object value) {
        final StringBuilder shown = new StringBuilder();
        for (char c : String.valueOf(value).toCharArray()) {
            if (shown.length() > 300) {
                return shown.append("...").toString();
            }
            shown.append(
                    c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return shown.toString();
    }
}
