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

import org.apache.flink.annotation.Internal;

/**
 * Says in a checkpoint that the sink has its ledger: a run that goes on from there must find it,
 * and never make a new one, which would know of no commit. State of its own, since Flink tells only
 * tasks that have some whether the job goes on from a checkpoint, and a writer may be alone in its
 * task. Every subtask has it, so that the first one does after any rescaling.
 *
 * @param json its content: nothing yet
 */
@Internal
record KnownLedger(String json) {}
