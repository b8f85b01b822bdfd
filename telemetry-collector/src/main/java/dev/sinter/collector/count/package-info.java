/** What was received and what was dropped, by cause. */
@NullMarked
package dev.sinter.collector.count;

import org.jspecify.annotations.NullMarked;
