/** What was observed over a window: functions, edges, arms. */
@NullMarked
package dev.sinter.collector.observation;

import org.jspecify.annotations.NullMarked;
