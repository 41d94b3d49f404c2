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

import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;

import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.json.JsonMapper;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.stream.IntStream;

/** The types of columns that hold several values each: JSON in a SUPER column. */
final class Nested {

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private static final int MOST = 4;

    private Nested() {}

    static <E> ColumnType<List<E>> array(ColumnType<E> element) {
        final List<List<E>> edges = new ArrayList<>();
        edges.add(List.of());
        edges.add(Arrays.asList((E) null));
        edges.add(Arrays.asList(null, null));
        edges.add(edgesOf(element));
        edgesOf(element).forEach(edge -> edges.add(List.of(edge)));
        return in(DataTypes.ARRAY(element.flink), edges)
                .random(random -> element.someValues(random, MOST, true))
                .toFlink(
                        list ->
                                new GenericArrayData(
                                        list.stream().map(element::internal).toArray()))
                .expected(list -> wantedOfAll(list, element))
                .fromJson(node -> readAll(elements(node), element))
                .plainIf(element.isPlain());
    }

    /** An object when the keys are scalars, else an array of keys and values. */
    static <K, V> ColumnType<List<Entry<K, V>>> map(ColumnType<K> key, ColumnType<V> value) {
        return entries(DataTypes.MAP(key.flink.notNull(), value.flink), key, value);
    }

    /** A map of counts. */
    static <E> ColumnType<List<Entry<E, Integer>>> multiset(ColumnType<E> element) {
        return entries(DataTypes.MULTISET(element.flink.notNull()), element, Scalars.integer());
    }

    private static <K, V> ColumnType<List<Entry<K, V>>> entries(
            DataType flink, ColumnType<K> key, ColumnType<V> value) {
        final boolean counts = value.flink.getLogicalType().is(LogicalTypeRoot.INTEGER);
        final List<Entry<K, V>> all = new ArrayList<>();
        for (K edge : edgesOf(key)) {
            all.add(entry(edge, edgesOf(value).get(all.size() % edgesOf(value).size())));
        }
        final List<List<Entry<K, V>>> edges =
                new ArrayList<>(List.of(List.of(), distinct(key, all)));
        if (!counts) {
            edges.add(List.of(entry(edgesOf(key).get(0), null)));
        }
        return in(flink, edges)
                .random(
                        random ->
                                distinct(
                                        key,
                                        key.someValues(random, MOST, false).stream()
                                                .map(one -> entry(one, value.someValue(random)))
                                                .toList()))
                .toFlink(
                        list -> {
                            final Map<Object, Object> internal = new LinkedHashMap<>();
                            list.forEach(
                                    entry ->
                                            internal.put(
                                                    key.internal(entry.getKey()),
                                                    value.internal(entry.getValue())));
                            return new GenericMapData(internal);
                        })
                .expected(
                        list -> {
                            final Map<Object, Object> wanted = new HashMap<>();
                            list.forEach(
                                    entry ->
                                            wanted.put(
                                                    key.wanted(entry.getKey()),
                                                    value.wanted(entry.getValue())));
                            return wanted;
                        })
                .fromJson(
                        node ->
                                key.isNested()
                                        ? ofPairs(node, key, value)
                                        : ofObject(node, key, value));
    }

    private static Object ofObject(JsonNode node, ColumnType<?> key, ColumnType<?> value) {
        final Map<Object, Object> read = new HashMap<>();
        fields(node).forEach((name, one) -> read.put(key.readJsonText(name), value.readJson(one)));
        return read;
    }

    private static Object ofPairs(JsonNode node, ColumnType<?> key, ColumnType<?> value) {
        final Map<Object, Object> read = new HashMap<>();
        for (JsonNode pair : elements(node)) {
            final Map<String, JsonNode> fields = fields(pair);
            if (!fields.keySet().equals(Set.of("key", "value"))) {
                throw new IllegalStateException("not a key and its value: " + pair);
            }
            read.put(key.readJson(fields.get("key")), value.readJson(fields.get("value")));
        }
        return read;
    }

    /** All that a scalar has, but one of what is nested: they would multiply. */
    private static <V> List<V> edgesOf(ColumnType<V> type) {
        return type.isNested() ? type.edges().subList(0, 1) : type.edges();
    }

    private static <K, V> Entry<K, V> entry(K key, V value) {
        return new SimpleImmutableEntry<>(key, value);
    }

    private static <K, V> List<Entry<K, V>> distinct(ColumnType<K> key, List<Entry<K, V>> entries) {
        final Map<Object, Entry<K, V>> distinct = new LinkedHashMap<>();
        entries.forEach(entry -> distinct.put(key.wanted(entry.getKey()), entry));
        return List.copyOf(distinct.values());
    }

    static ColumnType<Object[]> row(List<String> names, List<ColumnType<?>> types) {
        final DataTypes.Field[] fields =
                IntStream.range(0, names.size())
                        .mapToObj(i -> DataTypes.FIELD(names.get(i), types.get(i).flink))
                        .toArray(DataTypes.Field[]::new);
        final int most = types.stream().mapToInt(type -> type.edges().size()).max().orElse(0);
        final List<Object[]> edges = new ArrayList<>();
        edges.add(new Object[names.size()]);
        for (int edge = 0; edge < most; edge++) {
            final int number = edge;
            edges.add(
                    types.stream()
                            .map(type -> type.edges().get(number % type.edges().size()))
                            .toArray());
        }
        return in(DataTypes.ROW(fields), edges)
                .random(
                        random ->
                                types.stream()
                                        .map(
                                                type ->
                                                        random.nextInt(5) == 0
                                                                ? null
                                                                : type.someValue(random))
                                        .toArray())
                .toFlink(
                        row ->
                                GenericRowData.of(
                                        IntStream.range(0, row.length)
                                                .mapToObj(i -> types.get(i).internalOf(row[i]))
                                                .toArray()))
                .expected(
                        row -> {
                            final Map<String, Object> wanted = new LinkedHashMap<>();
                            for (int i = 0; i < row.length; i++) {
                                wanted.put(names.get(i), types.get(i).wantedOf(row[i]));
                            }
                            return wanted;
                        })
                .fromJson(
                        node -> {
                            final Map<String, Object> read = new LinkedHashMap<>();
                            fields(node)
                                    .forEach(
                                            (name, value) -> {
                                                final int i = names.indexOf(name);
                                                read.put(
                                                        name,
                                                        i < 0
                                                                ? "unexpected"
                                                                : types.get(i).readJson(value));
                                            });
                            return read;
                        })
                .plainIf(types.stream().allMatch(ColumnType::isPlain));
    }

    private static List<Object> readAll(List<JsonNode> nodes, ColumnType<?> type) {
        final List<Object> read = new ArrayList<>();
        nodes.forEach(node -> read.add(type.readJson(node)));
        return read;
    }

    private static <E> List<Object> wantedOfAll(List<E> values, ColumnType<E> type) {
        final List<Object> wanted = new ArrayList<>();
        values.forEach(value -> wanted.add(type.wanted(value)));
        return wanted;
    }

    private static <V> ColumnType<V> in(DataType flink, List<V> edges) {
        return ColumnType.<V>of(flink, "SUPER")
                .edges(edges)
                .selected(column -> "JSON_SERIALIZE(" + column + ")");
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException error) {
            throw new IllegalStateException("this is not JSON: " + json, error);
        }
    }

    private static List<JsonNode> elements(JsonNode node) {
        if (!node.isArray()) {
            throw new IllegalStateException("not an array: " + node);
        }
        final List<JsonNode> elements = new ArrayList<>();
        node.elements().forEachRemaining(elements::add);
        return elements;
    }

    private static Map<String, JsonNode> fields(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalStateException("not an object: " + node);
        }
        final Map<String, JsonNode> fields = new LinkedHashMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }
}
