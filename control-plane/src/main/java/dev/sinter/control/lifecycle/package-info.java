@NullMarked
package dev.sinter.control.lifecycle;

import org.jspecify.annotations.NullMarked;
