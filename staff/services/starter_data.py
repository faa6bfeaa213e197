"""The departments and posts a company starts with: four levels towards the customer, and the executives.

Everything here is only a beginning, to be renamed in the back office.
"""

from typing import NamedTuple

from staff.models import Level


class StarterDepartment(NamedTuple):
    code: str
    name: str
    level: Level
    parent: str = ""
    receives: bool = False
    follows_up: bool = False
    manages: bool = False
    supervises: bool = False


class StarterPost(NamedTuple):
    name: str
    level: Level
    duties: str
    authority: str = ""


DEPARTMENTS = [
    StarterDepartment("HQ", "总经理室", Level.EXECUTIVE),
    StarterDepartment("QM", "质量管理部", Level.MANAGEMENT, "HQ", manages=True),
    StarterDepartment("OFFICE", "综合办公室", Level.MANAGEMENT, "HQ"),
    StarterDepartment("HR", "人力资源部", Level.MANAGEMENT, "HQ"),
    StarterDepartment("MKT", "市场运营部", Level.MANAGEMENT, "HQ"),
    StarterDepartment("INSP", "服务督查部", Level.MANAGEMENT, "HQ", supervises=True),
    StarterDepartment("CS", "客户服务中心", Level.ACCEPTANCE, "HQ", receives=True),
    StarterDepartment("HOTLINE", "热线组", Level.ACCEPTANCE, "CS", receives=True),
    StarterDepartment("VISIT", "回访组", Level.ACCEPTANCE, "CS", follows_up=True),
    StarterDepartment("AFTER", "售后服务部", Level.ACCEPTANCE, "HQ"),
    StarterDepartment("SALES", "销售部", Level.FRONT_LINE, "HQ"),
    StarterDepartment("DELIVERY", "配送安装部", Level.FRONT_LINE, "HQ"),
    StarterDepartment("REPAIR", "维修服务部", Level.FRONT_LINE, "HQ"),
    StarterDepartment("RND", "产品研发部", Level.TECHNICAL_SUPPORT, "HQ"),
    StarterDepartment("PROD", "生产制造部", Level.TECHNICAL_SUPPORT, "HQ"),
    StarterDepartment("ENG", "工程技术部", Level.TECHNICAL_SUPPORT, "HQ"),
    StarterDepartment("NET", "网络运维部", Level.TECHNICAL_SUPPORT, "HQ"),
]

POSTS = [
    StarterPost("高层领导", Level.EXECUTIVE, "制定方针；对重大事项作出裁定；主持管理评审。", "批准超出部门授权的解决方案。"),
    StarterPost("销售顾问", Level.FRONT_LINE, "接待顾客，如实介绍产品；当面听取顾客意见并记录。"),
    StarterPost("客户经理", Level.FRONT_LINE, "维护顾客关系；跟进所负责顾客的要求。"),
    StarterPost("配送员", Level.FRONT_LINE, "按约定时间送货；当场处理货损并上报。"),
    StarterPost("安装维修工程师", Level.FRONT_LINE, "上门安装、检测与维修；说明故障原因。"),
    StarterPost("热线受理员", Level.ACCEPTANCE, "接听来电，致歉、安抚，完整记录事实与要求。"),
    StarterPost("客服专员", Level.ACCEPTANCE, "受理各渠道来件，跟进办理并答复顾客。"),
    StarterPost("回访专员", Level.ACCEPTANCE, "办理完毕后回访顾客，如实记录评价。"),
    StarterPost("售后专员", Level.ACCEPTANCE, "办理退换货与维修，兑现已定方案。"),
    StarterPost("客户服务主管", Level.ACCEPTANCE, "分派来件，复核判定，审批本部门方案。", "批准本部门授权额度内的方案。"),
    StarterPost("研发工程师", Level.TECHNICAL_SUPPORT, "分析产品原因，提出改进。"),
    StarterPost("生产工艺工程师", Level.TECHNICAL_SUPPORT, "分析生产原因，落实纠正措施。"),
    StarterPost("工程技术员", Level.TECHNICAL_SUPPORT, "提供检测与技术结论。"),
    StarterPost("网络维护工程师", Level.TECHNICAL_SUPPORT, "排查系统与网络原因，恢复服务。"),
    StarterPost("质量主管", Level.MANAGEMENT, "统筹全过程；督促时限；组织改进并验证效果。", "调整承办部门；恢复误结的单据。"),
    StarterPost("综合管理专员", Level.MANAGEMENT, "管理文件、通知与会议。"),
    StarterPost("人事专员", Level.MANAGEMENT, "管理培训、证书与缺勤；落实责任追究结果。"),
    StarterPost("市场运营主管", Level.MANAGEMENT, "评估市场活动对顾客的影响。"),
    StarterPost("服务督查员", Level.MANAGEMENT, "检查服务质量；查阅记录，不参与办理。"),
    StarterPost("部门主管", Level.MANAGEMENT, "管理本部门；接办、移交与审批。", "批准本部门授权额度内的方案。"),
]
