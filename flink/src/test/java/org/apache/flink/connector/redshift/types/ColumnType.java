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
import java.util.function.UnaryOperator;

/**
 * One type of a column: how Flink declares it, which Redshift column holds it, some of its values,
 * and what another client must read of each. Nothing here asks the connector how it writes a value.
 *
 * @param <V> class of the Java values the tests think in
 */
final class ColumnType<V> {

    final DataType flink;
    final String redshift;

    private List<V> edges = List.of();
    private Function<Random, V> random;
    private Function<V, Object> toFlink = value -> value;
    private Function<V, Object> expected = value -> value;
    private UnaryOperator<String> selected = column -> column;
    private Function<String, Object> fromText;
    private Function<JsonNode, Object> fromJson;
    private boolean parquet;
    private boolean key;

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

    ColumnType<V> fromJson(Function<JsonNode, Object> conversion) {
        fromJson = conversion;
        return this;
    }

    /** Whether COPY takes the type out of Parquet files. */
    ColumnType<V> inParquet() {
        parquet = true;
        return this;
    }

    /** Whether a primary key may have a column of the type. */
    ColumnType<V> asKey() {
        key = true;
        return this;
    }

    boolean isInParquet() {
        return parquet;
    }

    boolean canBeKey() {
        return key;
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

    String select(String column) {
        return selected.apply(column);
    }

    /** What was selected, in a form that {@link #wanted} can be compared with. */
    Object read(String text) {
        return text == null ? null : fromText.apply(text);
    }

    Object readJson(JsonNode node) {
        return node.isNull() ? null : fromJson.apply(node);
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
