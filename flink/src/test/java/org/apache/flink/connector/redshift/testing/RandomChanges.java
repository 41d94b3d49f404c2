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

package org.apache.flink.connector.redshift.testing;

import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A changelog as a function of a change's number, so that a stream of numbers is all that a job
 * needs: inserts, updates and deletes of composite keys, and what the table must hold at their end.
 * Each half of the numbers has keys of its own, as a source of two subtasks deals out halves, and
 * between two subtasks there is no order.
 *
 * @param count of changes
 * @param keys at most
 */
public record RandomChanges(long count, int keys) implements Serializable {

    /** The table in Redshift. */
    public static final String COLUMNS =
            " (region VARCHAR(10) NOT NULL, id BIGINT NOT NULL, amount DECIMAL(12,2), note VARCHAR(40))";

    public static final String[] PRIMARY_KEY = {"id", "region"};

    private static final String[] REGIONS = {"eu", "us", "ap-south"};

    public static DataType schema() {
        return DataTypes.ROW(
                DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                DataTypes.FIELD("region", DataTypes.STRING().notNull()),
                DataTypes.FIELD("amount", DataTypes.DECIMAL(12, 2).notNull()),
                DataTypes.FIELD("note", DataTypes.STRING()));
    }

    private enum Kind {
        INSERT(RowKind.INSERT),
        UPDATE(RowKind.UPDATE_AFTER),
        RETRACT(RowKind.UPDATE_BEFORE),
        DELETE(RowKind.DELETE),
        DELETE_BY_KEY(RowKind.DELETE);

        private final RowKind row;

        Kind(RowKind row) {
            this.row = row;
        }
    }

    /** The change of this number. */
    public RowData row(long number) {
        final Kind kind = kind(number);
        final GenericRowData row = new GenericRowData(kind.row, 4);
        final long key = key(number);
        // Every fourth region has blanks behind it: the same key.
        final String blanks = mix(number, 4) % 4 == 0 ? "  " : "";
        row.setField(0, key);
        row.setField(1, StringData.fromString(region(key) + blanks));
        if (kind != Kind.DELETE_BY_KEY) {
            row.setField(2, DecimalData.fromBigDecimal(amount(number), 12, 2));
            final String note = note(number);
            row.setField(3, note == null ? null : StringData.fromString(note));
        }
        return row;
    }

    /** All rows of the table after the last change, by id: id, region, amount, note. */
    public List<List<String>> fold() {
        final Map<Long, Long> last = new HashMap<>();
        for (long number = 0; number < count; number++) {
            switch (kind(number)) {
                case INSERT, UPDATE -> last.put(key(number), number);
                default -> last.remove(key(number));
            }
        }
        final List<List<String>> rows = new ArrayList<>();
        last.forEach(
                (key, number) -> {
                    final List<String> row = new ArrayList<>();
                    row.add(String.valueOf(key));
                    row.add(region(key));
                    row.add(amount(number).toPlainString());
                    row.add(note(number));
                    rows.add(row);
                });
        rows.sort(Comparator.comparing(row -> Long.parseLong(row.get(0))));
        return rows;
    }

    /** What {@link #fold} is compared with. */
    public static String query(String table) {
        return "SELECT id, RTRIM(region), amount, note FROM " + table + " ORDER BY id";
    }

    private long key(long number) {
        final long half = number < count / 2 ? 0 : 1;
        return mix(number, 1) % (keys / 2) * 2 + half;
    }

    private static String region(long key) {
        return REGIONS[(int) (mix(key, 2) % REGIONS.length)];
    }

    private static Kind kind(long number) {
        final Kind[] kinds = Kind.values();
        final long draw = mix(number, 3) % 12;
        return kinds[(int) Math.max(draw - 7, draw % 2 == 0 ? 0 : 1)];
    }

    private static BigDecimal amount(long number) {
        return BigDecimal.valueOf(mix(number, 5) % 1_000_000_000, 2);
    }

    private static String note(long number) {
        final long draw = mix(number, 6) % 10;
        return draw == 0 ? null : draw == 1 ? "" : "änderung, \"" + number + "\"";
    }

    /** SplitMix64 of both, not negative. */
    private static long mix(long number, int purpose) {
        long z = number * 16 + purpose + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) >>> 1;
    }
}
