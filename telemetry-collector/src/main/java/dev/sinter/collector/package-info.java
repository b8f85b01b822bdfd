/** From proxy spans to functions, edges and arms. {@link dev.sinter.collector.Collector} is the way in. */
@NullMarked
package dev.sinter.collector;

import org.jspecify.annotations.NullMarked;
