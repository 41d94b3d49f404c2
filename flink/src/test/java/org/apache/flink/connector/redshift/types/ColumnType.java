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

import org.apache.flink.table.types.DataType;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One type of a column: how Flink declares it, which Redshift column holds it, some of its values,
 * and what another client must read of each. Nothing here asks the connector how it writes a value.
 *
 * @param <V> class of the Java values the tests think in
 */
final class ColumnType<V> {

    /** The scalars of JSON. */
    enum JsonForm {
        TRUTH,
        NUMBER,
        TEXT;

        boolean is(JsonNode node) {
            return this == TRUTH
                    ? node.isBoolean()
                    : this == NUMBER ? node.isNumber() : node.isTextual();
        }
    }

    final DataType flink;
    final String redshift;

    private List<V> edges = List.of();
    private Function<Random, V> random;
    private Function<V, Object> toFlink = value -> value;
    private Function<V, Object> expected = value -> value;
    private UnaryOperator<String> selected = column -> column;
    private Function<String, Object> fromText;
    private JsonForm form = JsonForm.TEXT;
    private Function<String, Object> fromJsonText;
    private Function<JsonNode, Object> fromJson;
    private boolean parquet;
    private boolean plain;

    /** The same type with those values only. */
    ColumnType<V> only(Predicate<V> wanted) {
        final ColumnType<V> narrowed = inColumn(redshift);
        narrowed.edges = edges.stream().filter(wanted).toList();
        narrowed.random =
                source ->
                        Stream.generate(() -> random.apply(source))
                                .filter(wanted)
                                .findFirst()
                                .get();
        return narrowed;
    }

    /** The same type in another column than usual. */
    ColumnType<V> inColumn(String other) {
        final ColumnType<V> copy = new ColumnType<>(flink, other);
        copy.edges = edges;
        copy.random = random;
        copy.toFlink = toFlink;
        copy.expected = expected;
        copy.selected = selected;
        copy.fromText = fromText;
        copy.form = form;
        copy.fromJsonText = fromJsonText;
        copy.fromJson = fromJson;
        copy.parquet = parquet;
        copy.plain = plain;
        return copy;
    }

    private ColumnType(DataType flink, String redshift) {
        this.flink = flink;
        this.redshift = redshift;
    }

    static <V> ColumnType<V> of(DataType flink, String redshift) {
        return new ColumnType<>(flink, redshift);
    }

    /** The values where a type ends or turns, each tried in every run. */
    ColumnType<V> edges(List<V> values) {
        edges = List.copyOf(values);
        return this;
    }

    ColumnType<V> random(Function<Random, V> one) {
        random = one;
        return this;
    }

    /** From the Java value to Flink's internal data structure. */
    ColumnType<V> toFlink(Function<V, Object> conversion) {
        toFlink = conversion;
        return this;
    }

    /** What {@link #read} must return for the value, where that is not the value itself. */
    ColumnType<V> expected(Function<V, Object> conversion) {
        expected = conversion;
        return this;
    }

    /** The expression that shows the column's value exactly. */
    ColumnType<V> selected(UnaryOperator<String> expression) {
        selected = expression;
        return this;
    }

    ColumnType<V> fromText(Function<String, Object> conversion) {
        fromText = conversion;
        return this;
    }

    /** How a value stands in JSON, and what to make of its text there. */
    ColumnType<V> inJson(JsonForm jsonForm, Function<String, Object> conversion) {
        form = jsonForm;
        fromJsonText = conversion;
        return this;
    }

    /** For values that hold others. */
    ColumnType<V> fromJson(Function<JsonNode, Object> conversion) {
        fromJson = conversion;
        return this;
    }

    /** Whether COPY takes the type out of Parquet files. */
    ColumnType<V> inParquet() {
        parquet = true;
        return this;
    }

    /**
     * Whether the value stands in JSON as Parquet would give it, so that nested values may hold it
     * there.
     */
    ColumnType<V> plain() {
        plain = true;
        return this;
    }

    /** As {@link #plain}, of a value that holds others. */
    ColumnType<V> plainIf(boolean all) {
        plain = all;
        parquet = all;
        return this;
    }

    boolean isPlain() {
        return plain;
    }

    boolean isInParquet() {
        return parquet;
    }

    List<V> edges() {
        return edges;
    }

    V randomValue(Random source) {
        return random.apply(source);
    }

    /** An edge now and then, anything else otherwise. */
    V someValue(Random source) {
        return !edges.isEmpty() && source.nextInt(4) == 0
                ? edges.get(source.nextInt(edges.size()))
                : randomValue(source);
    }

    Object internal(V value) {
        return value == null ? null : toFlink.apply(value);
    }

    Object wanted(V value) {
        return value == null ? null : expected.apply(value);
    }

    /** As {@link #internal}, of a value whose class only the type knows. */
    @SuppressWarnings("unchecked")
    Object internalOf(Object value) {
        return internal((V) value);
    }

    /** As {@link #wanted}, of a value whose class only the type knows. */
    @SuppressWarnings("unchecked")
    Object wantedOf(Object value) {
        return wanted((V) value);
    }

    String select(String column) {
        return selected.apply(column);
    }

    /** What was selected, in a form that {@link #wanted} can be compared with. */
    Object read(String text) {
        if (text == null) {
            return null;
        }
        return fromText != null ? fromText.apply(text) : readJson(Nested.parse(text));
    }

    Object readJson(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        if (isNested()) {
            return fromJson.apply(node);
        }
        if (!form.is(node)) {
            throw new IllegalStateException(node + " is not a " + form + " of JSON");
        }
        return readJsonText(node.asText());
    }

    /** Reads the name of an object's field, or a scalar's text. */
    Object readJsonText(String text) {
        return (fromJsonText != null ? fromJsonText : fromText).apply(text);
    }

    boolean isNested() {
        return fromJson != null;
    }

    /** Up to so many values as a list of one type, for nested values. */
    List<V> someValues(Random source, int most, boolean nullable) {
        final List<V> values = new ArrayList<>();
        for (int i = source.nextInt(most + 1); i > 0; i--) {
            values.add(nullable && source.nextInt(5) == 0 ? null : someValue(source));
        }
        return values;
    }

    @Override
    public String toString() {
        return flink.getLogicalType().asSummaryString() + " in " + redshift;
    }
}
