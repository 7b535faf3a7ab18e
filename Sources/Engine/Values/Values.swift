final public class Values { public init() {} }
