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

package org.apache.flink.connector.redshift.internal;

import org.apache.flink.annotation.Internal;

/**
 * What came of one commit.
 *
 * @param outcome {@code committed}, {@code already-committed} or {@code skipped}
 * @param rows rows that became visible
 * @param attempts transactions that were tried
 * @param millis how long it took
 * @param note what the log should say once; mostly empty
 * @param warning what the clean-up could not do; mostly empty
 */
@Internal
public record CommitOutcome(
        String outcome, long rows, int attempts, long millis, String note, String warning) {

    public boolean wasCommittedBefore() {
        return "already-committed".equals(outcome);
    }

    public boolean wasSkipped() {
        return "skipped".equals(outcome);
    }
}
