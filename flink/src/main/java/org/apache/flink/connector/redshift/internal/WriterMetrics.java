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
 * Running totals of one writer.
 *
 * @param rows good rows taken over (copy) or committed (jdbc)
 * @param bytes bytes of finished files (copy) or sent (jdbc)
 * @param files files finished; 0 in jdbc mode
 * @param retries transactions that had to be repeated; 0 in copy mode
 * @param sendMillis how long the last upload or statement took
 * @param rejectedRows bad rows that went to reject files instead
 */
@Internal
public record WriterMetrics(
        long rows, long bytes, long files, long retries, long sendMillis, long rejectedRows) {}
