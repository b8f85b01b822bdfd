/** The hop: one call as one proxy saw it, and the names in it. */
@NullMarked
package dev.sinter.collector.hop;

import org.jspecify.annotations.NullMarked;
