/** The hop: one call as one proxy saw it. */
@NullMarked
package dev.sinter.collector.hop;

import org.jspecify.annotations.NullMarked;
