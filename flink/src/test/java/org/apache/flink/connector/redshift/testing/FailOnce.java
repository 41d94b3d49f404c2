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

import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Passes its input on and throws once, when the given number of checkpoints has completed.
 *
 * @param <T> type of the elements
 */
public final class FailOnce<T> extends RichMapFunction<T, T>
        implements CheckpointedFunction, CheckpointListener {

    private static final Map<String, AtomicInteger> FAILURES = new ConcurrentHashMap<>();
    private static final Map<String, AtomicLong> ELEMENTS = new ConcurrentHashMap<>();
    private static final Map<String, Long> IN_CHECKPOINTS = new ConcurrentHashMap<>();

    private final String name;
    private final int checkpoints;
    private transient int completed;
    private transient Map<Long, Long> elementsByCheckpoint;

    public FailOnce(String name, int checkpoints) {
        this.name = name;
        this.checkpoints = checkpoints;
        FAILURES.put(name, new AtomicInteger());
        ELEMENTS.put(name, new AtomicLong());
    }

    public static int failures(String name) {
        return FAILURES.get(name).get();
    }

    /** How many elements have passed since the last start that was no restart. */
    public static long elements(String name) {
        return ELEMENTS.get(name).get();
    }

    /** Waits until so many elements have passed, for a minute at most. */
    public static void awaitElements(String name, long count) throws InterruptedException {
        await("Too few elements have passed", () -> ELEMENTS.get(name).get() >= count);
    }

    /** Waits until it has thrown, for a minute at most; elements are counted from there on. */
    public static void awaitFailure(String name) throws InterruptedException {
        await("No failure", () -> failures(name) == 1);
        ELEMENTS.get(name).set(0);
    }

    private static void await(String otherwise, BooleanSupplier condition)
            throws InterruptedException {
        final Instant deadline = Instant.now().plusSeconds(60);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(otherwise + " within a minute.");
            }
            Thread.sleep(20);
        }
    }

    /** How many elements the last completed checkpoint covers; for jobs of parallelism 1. */
    public static long elementsInCheckpoints(String name) {
        return IN_CHECKPOINTS.getOrDefault(name, 0L);
    }

    /** Waits until a checkpoint that covers elements has completed, for a minute at most. */
    public static void awaitCheckpoint(String name) throws InterruptedException {
        await("No checkpoint", () -> elementsInCheckpoints(name) > 0);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        elementsByCheckpoint = new HashMap<>();
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        elementsByCheckpoint.put(context.getCheckpointId(), ELEMENTS.get(name).get());
    }

    @Override
    public T map(T element) {
        if (completed >= checkpoints && FAILURES.get(name).compareAndSet(0, 1)) {
            throw new IllegalStateException("as the test wants it");
        }
        ELEMENTS.get(name).incrementAndGet();
        return element;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        completed++;
        IN_CHECKPOINTS.put(name, elementsByCheckpoint.get(checkpointId));
    }
}
