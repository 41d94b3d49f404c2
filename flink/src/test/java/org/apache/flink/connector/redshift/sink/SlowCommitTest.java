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

import org.apache.flink.connector.redshift.testing.FailOnce;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.Leftovers;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Commits that take longer than the interval of checkpoints, or do not end at all. */
class SlowCommitTest {

    private static final double ROWS_PER_SECOND = 1500;
    private static final long CHECKPOINT_MILLIS = 100;

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("slow");
    private JobClient job;

    @TempDir Path directory;

    @AfterEach
    void cancelJob() {
        if (!job.getJobExecutionResult().isDone()) {
            job.cancel();
        }
    }

    @Test
    void copySlowerThanTheCheckpointIntervalDelaysCommitsAndKeepsTheirOrder() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (Connection holder = lock(table)) {
                Leftovers.awaitLockWait(table);
                // For many intervals rows go on arriving.
                FailOnce.awaitElements(table, FailOnce.elements(table) + 700);
                holder.rollback();
            }
        }
        job.stopWithSavepoint(false, directory.toString(), SavepointFormatType.CANONICAL)
                .get(2, TimeUnit.MINUTES);
        job.getJobExecutionResult().get(1, TimeUnit.MINUTES);

        final String rows = String.valueOf(FailOnce.elements(table));
        assertThat(warehouse.query("SELECT COUNT(*), COUNT(DISTINCT id) FROM " + table))
                .containsExactly(List.of(rows, rows));
        final List<List<String>> commits =
                warehouse.query(
                        "SELECT checkpoint_id, committed_at FROM "
                                + ledger()
                                + " WHERE commit_identity <> 'head' ORDER BY checkpoint_id");
        assertThat(commits).hasSizeGreaterThan(3);
        assertThat(commits).extracting(commit -> commit.get(0)).doesNotHaveDuplicates();
        // By the second: several commits may have one time.
        assertThat(commits).extracting(commit -> commit.get(1)).isSorted();
    }

    @Test
    void cancelEndsACommitThatWaitsForTheLedgerAndLeavesNothing() throws Exception {
        try (Connection holder = lock(ledger())) {
            Leftovers.awaitLockWait(ledger());
            // The lock is held all the while.
            cancel();
            Leftovers.awaitNoThreads();
            Leftovers.awaitNoSessionsBut(holder);
            holder.rollback();
        }
    }

    @Test
    void cancelEndsACommitWhoseCopyIsNeverAnsweredAndLeavesNothing() throws Exception {
        try (Connection asking = warehouse.connect();
                Statement statement = asking.createStatement()) {
            statement.execute(
                    "SELECT local.fault('silence', 1, 'COPY \"public\".\"" + table + "\"')");
            Leftovers.awaitFault(table);
            cancel();
            Leftovers.awaitNoThreads();
            Leftovers.awaitNoSessionsBut(asking);
        }
        assertThat(warehouse.query("SELECT COUNT(*) - COUNT(DISTINCT id) FROM " + table))
                .containsExactly(List.of("0"));
    }

    private void cancel() throws Exception {
        job.cancel().get(1, TimeUnit.MINUTES);
        assertThat(job.getJobExecutionResult())
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .withMessageContaining("cancelled");
    }

    /** It shows its first failure. */
    @BeforeEach
    void startJob() throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");
        final StreamExecutionEnvironment environment = Jobs.withoutRestarts(1);
        environment.enableCheckpointing(CHECKPOINT_MILLIS);
        Jobs.numbers(environment, Long.MAX_VALUE, ROWS_PER_SECOND)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(warehouse.options("copy", table))
                                .setSchema(DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())))
                                .setConverter(GenericRowData::of)
                                .build());
        job = environment.executeAsync();
        FailOnce.awaitElements(table, 1);
    }

    private String ledger() {
        return table + "_flink_commits";
    }

    /** A transaction that holds a table until it ends. */
    private Connection lock(String held) throws SQLException {
        final Connection connection = warehouse.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + held);
        }
        return connection;
    }
}
