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

import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.redshift.testing.FailOnce;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.StagedObjects;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.types.RowKind;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * State that an earlier build wrote is read and committed by this one. Each directory below {@code
 * src/test/resources/savepoints/} holds the {@code _metadata} of a savepoint with a committable
 * that waits, and below {@code objects/} what had been staged for it. Those of released formats are
 * never written anew. A new format gets new directories, made by
 *
 * <pre>mvn -f flink/pom.xml test -Dtest=SavepointFormatTest -Dredshift.savepoints.write=true</pre>
 *
 * which runs the job, takes the savepoint and keeps both before the test reads them.
 */
class SavepointFormatTest {

    private static final Path SAVEPOINTS = Path.of("src", "test", "resources", "savepoints");
    private static final long NUMBERS = 2000;
    private static final long KEYS = 50;

    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @ParameterizedTest
    @ValueSource(strings = {"v1_append", "v1_upsert"})
    void committableOfAnEarlierBuildIsCommittedOnce(String name) throws Exception {
        final StagedObjects staged = new StagedObjects(warehouse, "staging/" + name + "/");
        if (Boolean.getBoolean("redshift.savepoints.write")) {
            createTable(name);
            write(name, staged);
        }
        createTable(name);
        // The ledger is there, as it would be: it is made at starts without state only.
        final StreamExecutionEnvironment first = Jobs.batch(1);
        first.fromSequence(0, 0).filter(number -> false).sinkTo(sink(name));
        first.execute();

        final Map<String, Path> objects = objects(name);
        for (Map.Entry<String, Path> object : objects.entrySet()) {
            staged.put(object.getKey(), Files.readAllBytes(object.getValue()));
        }
        final String jobId = objects.keySet().iterator().next().split("/")[2];
        final Configuration settings = new Configuration();
        settings.setString(
                "execution.state-recovery.path",
                SAVEPOINTS.resolve(name).toAbsolutePath().toString());
        final StreamExecutionEnvironment second = Jobs.environment(3, settings);
        second.enableCheckpointing(500);
        build(second, name, NUMBERS);
        second.execute();

        if (name.endsWith("append")) {
            assertThat(
                            warehouse.query(
                                    "SELECT COUNT(*), COUNT(DISTINCT n), MIN(n), MAX(n) FROM "
                                            + name))
                    .containsExactly(List.of("2000", "2000", "0", "1999"));
        } else {
            // The last change of each key in either half of the numbers: between the two source
            // subtasks there is no order. Of key 7 there are deletes only.
            assertThat(
                            warehouse.query(
                                    "SELECT COUNT(*), COUNT(DISTINCT id), MIN(MOD(n, 1000)),"
                                            + " MAX(MOD(n, 1000)) FROM "
                                            + name))
                    .containsExactly(List.of("49", "49", "950", "999"));
            assertThat(warehouse.number("SELECT COUNT(*) FROM " + name + " WHERE id = 7")).isZero();
        }
        assertThat(
                        warehouse.number(
                                "SELECT COUNT(*) FROM "
                                        + name
                                        + "_flink_commits WHERE job_id = '"
                                        + jobId
                                        + "'"))
                .isEqualTo(1);
        assertThat(staged.keys()).isEmpty();
    }

    private void createTable(String name) throws Exception {
        warehouse.execute("DROP TABLE IF EXISTS " + name);
        warehouse.execute("DROP TABLE IF EXISTS " + name + "_flink_commits");
        warehouse.execute("CREATE TABLE " + name + " (id BIGINT NOT NULL, n BIGINT)");
        if (name.endsWith("upsert")) {
            warehouse.execute("INSERT INTO " + name + " VALUES (7, -1)");
        }
    }

    private void build(StreamExecutionEnvironment environment, String name, double perSecond) {
        Jobs.numbers(environment, NUMBERS, perSecond)
                .uid("numbers")
                .map(new FailOnce<>(name, Integer.MAX_VALUE))
                .uid("counted")
                .sinkTo(sink(name))
                .uid("sink");
    }

    private RedshiftSink<Long> sink(String name) {
        final RedshiftSinkBuilder<Long> builder =
                RedshiftSink.<Long>builder()
                        .setOptions(warehouse.options("copy", name))
                        .setOption("sink.commit.expired", "load")
                        .setSchema(
                                DataTypes.ROW(
                                        DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                                        DataTypes.FIELD("n", DataTypes.BIGINT())))
                        .setConverter(number -> GenericRowData.of(number % KEYS, number));
        if (name.endsWith("append")) {
            return builder.build();
        }
        return builder.setPrimaryKey("id")
                .setConverter(
                        number ->
                                GenericRowData.ofKind(
                                        number % KEYS == 7 ? RowKind.DELETE : RowKind.INSERT,
                                        number % KEYS,
                                        number))
                .build();
    }

    /** The objects that were staged for a savepoint, by their keys. */
    private static Map<String, Path> objects(String name) throws Exception {
        final Path directory = SAVEPOINTS.resolve(name).resolve("objects");
        final Map<String, Path> objects = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile)
                    .forEach(
                            file ->
                                    objects.put(
                                            "staging/" + name + "/" + directory.relativize(file),
                                            file));
        }
        return objects;
    }

    private void write(String name, StagedObjects staged) throws Exception {
        final StreamExecutionEnvironment environment = Jobs.environment(2);
        environment.enableCheckpointing(3_600_000);
        environment.getCheckpointConfig().setMinPauseBetweenCheckpoints(3_600_000);
        build(environment, name, 500);
        final JobClient job = environment.executeAsync();
        FailOnce.awaitElements(name, NUMBERS / 2);
        final Path directory = SAVEPOINTS.resolve(name);
        final Path written = Files.createTempDirectory("savepoint");
        // One that does not stop the job leaves the commit to the next checkpoint.
        final String savepoint =
                job.triggerSavepoint(written.toString(), SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS);
        job.cancel().get(60, TimeUnit.SECONDS);
        Files.createDirectories(directory);
        Files.copy(
                Path.of(URI.create(savepoint)).resolve("_metadata"),
                directory.resolve("_metadata"));
        for (Map.Entry<String, byte[]> object : staged.contents().entrySet()) {
            final Path file =
                    directory
                            .resolve("objects")
                            .resolve(object.getKey().substring(("staging/" + name + "/").length()));
            Files.createDirectories(file.getParent());
            Files.write(file, object.getValue());
        }
    }
}
